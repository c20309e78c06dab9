"""Page layout: what a place is worth, told apart from what stands there."""

import polars as pl
import pytest

from recommend import Impression, PositionModel, PositionSettings, fit_positions
from tests.drawing import draw_rows


def learn(text: str, *slots: str) -> PositionModel:
    rows = pl.DataFrame(draw_rows(text)).with_columns(pl.col("shown", "clicked").cast(pl.Int64), propensity=None)
    return fit_positions(Impression.cast(rows), PositionSettings(), slots)


def test_a_place_is_measured_by_the_same_product_elsewhere_and_not_by_its_clicks() -> None:
    """The banner's clicks are the handset's doing: the plan is clicked on half as often below as in the banner."""
    model = learn(
        """
        slot   | item    | shown | clicked
        banner | handset |  1000 |     400
        banner | plan    |  1000 |     100
        below  | plan    |  1000 |      50
        below  | handset |   100 |      20
        """,
        "banner",
        "below",
    )
    assert model.verdict == "identified"
    assert dict(model.examination.select("slot", "examination").rows()) == pytest.approx({"banner": 1, "below": 0.5})
    assert dict(model.attraction.select("item_id", "attraction").rows()) == pytest.approx({"handset": 0.4, "plan": 0.1})


def test_places_that_share_no_product_are_not_identified_and_it_is_said_which_are_apart() -> None:
    model = learn(
        """
        slot   | item    | shown | clicked
        banner | handset |  1000 |     400
        side   | handset |  1000 |     200
        below  | plan    |  1000 |      50
        """
    )
    assert model.verdict == "not identified"
    assert model.apart == (("banner", "side"), ("below",))


def test_a_product_without_a_click_in_one_of_two_places_does_not_tie_them_together() -> None:
    model = learn(
        """
        slot   | item    | shown | clicked
        banner | handset |  1000 |     400
        banner | plan    |  1000 |      50
        below  | handset |    10 |       0
        below  | case    |  1000 |      50
        """
    )
    assert (model.verdict, model.apart) == ("not identified", (("banner",), ("below",)))


def test_places_that_hardly_a_click_ties_together_get_wide_intervals_or_none_and_never_an_error() -> None:
    """Places that can hardly be compared have a wide interval; those whose tie is lost beside the rest have none."""
    table = """
        slot   | item    | shown      | clicked
        banner | handset | 1000000BIG | 100000BIG
        banner | plan    |         10 |         1
        side   | plan    | 1000000BIG | 100000BIG
        side   | handset |         10 |         1
        """
    weak = learn(table.replace("BIG", ""), "banner").examination.row(1, named=True)
    assert weak["high"] > 5 * weak["low"]
    lost = learn(table.replace("BIG", "0" * 12), "banner")
    assert (lost.verdict, lost.apart, lost.fits) == ("not identified", (("banner",), ("side",)), ())
    assert lost.examination["examination"].to_list() == [None, None]


def test_a_place_that_nobody_clicked_in_has_0_and_an_upper_end() -> None:
    model = learn(
        """
        slot   | item    | shown | clicked
        banner | handset |  1000 |     400
        footer | handset |  1000 |       0
        """,
        "banner",
    )
    footer = model.examination.row(by_predicate=pl.col("slot") == "footer", named=True)
    assert (footer["examination"], footer["low"]) == (0, 0)
    assert footer["high"] == pytest.approx(3.689 / 400, rel=1e-3)


def test_pages_without_a_click_are_too_little_evidence() -> None:
    model = learn(
        """
        slot   | item | shown | clicked
        banner | plan |    10 |       0
        """
    )
    assert model.verdict == "too little evidence"
    assert model.examination["examination"].to_list() == [None]
