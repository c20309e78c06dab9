import polars as pl
import pytest
from dataframely.exc import ValidationError

from recommend import Impression
from recommend.layout.impressions import count_impressions

ROWS = Impression.cast(
    pl.DataFrame(
        [("b", "x", 1, 1, 0.5), ("a", "x", 1, 0, 1.0), ("b", "x", 3, 0, 0.5), ("b", "y", 2, 1, None)],
        schema=["slot", "item_id", "shown", "clicked", "propensity"],
        orient="row",
    )
)


def test_showings_one_by_one_and_added_up_may_be_mixed() -> None:
    counts = count_impressions(ROWS, randomised_only=False)
    assert (counts.slots.to_list(), counts.items.to_list()) == (["a", "b"], ["x", "y"])
    assert (counts.shown.tolist(), counts.clicked.tolist()) == ([[1, 0], [4, 2]], [[0, 0], [1, 1]])


def test_what_was_not_drawn_may_be_left_out() -> None:
    counts = count_impressions(ROWS, randomised_only=True)
    assert (counts.slots.to_list(), counts.shown.tolist()) == (["b"], [[4]])


def test_more_clicks_than_showings_are_refused() -> None:
    with pytest.raises(ValidationError):
        Impression.validate(ROWS.with_columns(clicked=pl.lit(9, pl.Int64)))
