"""The recommended exploration reaches the interval that is wanted."""

import numpy as np
import polars as pl
import pytest

from recommend import Impression, PositionSettings, expect_swapped_clicks, fit_positions, recommend_exploration

LOOKS, PULLS = np.array([1.0, 0.7, 0.5, 0.35]), np.array([0.2, 0.16, 0.12, 0.1])


def reach(seed: int, pages: int, share: float) -> float:
    """Show one page with its neighbours swapped on a share of all; tell how far the last slot's interval reaches."""
    chance = np.random.default_rng(seed)
    layout = np.tile(np.arange(4), (pages, 1))
    swapped = np.flatnonzero(chance.random(pages) < share)
    upper = chance.integers(3, size=len(swapped))
    layout[swapped, upper], layout[swapped, upper + 1] = upper + 1, upper
    clicked = chance.random(layout.shape) < LOOKS * PULLS[layout]
    rows = pl.DataFrame({
        "slot": np.tile(np.arange(4), pages).astype(str), "item_id": layout.ravel().astype(str),
        "clicked": clicked.ravel().astype(np.int64),
    })  # fmt: skip
    counted = rows.group_by("slot", "item_id").agg(shown=pl.len(), clicked=pl.col("clicked").sum())
    model = fit_positions(Impression.cast(counted.with_columns(propensity=None)), PositionSettings())
    low, value, high = model.examination.filter(pl.col("slot") == "3").select("low", "examination", "high").row(0)
    return float(np.log(high / low) / 2 if value else np.inf)


@pytest.mark.parametrize("wanted", [0.2, 0.3])
def test_the_interval_reaches_about_as_far_as_was_wanted(wanted: float) -> None:
    clicks = expect_swapped_clicks(LOOKS, PULLS)
    pages = 60_000
    advised = recommend_exploration(clicks, pages, wanted)
    assert advised.share is not None
    found = np.mean([reach(seed, pages, advised.share) for seed in range(3)])
    assert found == pytest.approx(wanted, rel=0.2)


def test_half_the_interval_takes_four_times_the_pages() -> None:
    clicks = expect_swapped_clicks(LOOKS, PULLS)
    assert recommend_exploration(clicks, 1e9, 0.1).pages == pytest.approx(
        4 * recommend_exploration(clicks, 1e9, 0.2).pages
    )
