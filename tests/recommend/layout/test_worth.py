import numpy as np
import polars as pl
import pytest

from recommend import LayoutOffer, LayoutRequest, PageWorth, Pin, Slot, fit_positions, plan_layout
from recommend.layout.position_model import PositionSettings
from tests.shown_pages import SLOTS, show_pages

PAGES = show_pages(1, pages=2_000, products=6)
MODEL = fit_positions(PAGES.impressions, PositionSettings(), SLOTS)
ITEMS = sorted(PAGES.attraction)


def compare(conversion: float = 1.0, clicks: int | None = None) -> pl.DataFrame:
    offers = pl.DataFrame({"item_id": ITEMS, "category": "x", "margin": 1.0, "conversion": conversion})
    blank = {name: pl.lit(None) for name in ("stickiness", "kinds", "least_size", "most_size")}
    told = LayoutOffer.cast(offers.with_columns(**blank, conversion_clicks=pl.lit(clicks, pl.Int64)))
    slots = Slot.cast(pl.DataFrame({"slot": SLOTS, "position": range(1, 7), "kind": None, "size": None}))
    pins = tuple(map(Pin, SLOTS, reversed(ITEMS)))
    plan = plan_layout(MODEL, slots, told, dict(zip(SLOTS, ITEMS, strict=True)), LayoutRequest(pins=pins, pages=1))
    return PageWorth.validate(plan.worth)


def test_the_error_is_that_of_the_whole_information() -> None:
    looks, pulls = (MODEL.examination["examination"].to_numpy(), MODEL.attraction["attraction"].to_numpy())
    shown = PAGES.impressions.pivot("item_id", index="slot", values="shown").sort("slot").select(ITEMS).fill_null(0)
    table = shown.to_numpy() * np.outer(looks, pulls)
    whole = np.block([[np.diag(table.sum(axis=1)), table], [table.T, np.diag(table.sum(axis=0))]])
    gap = looks[:, None] * (np.eye(6)[::-1] - np.eye(6)) * pulls
    slopes = np.concatenate([gap.sum(axis=1), gap.sum(axis=0)])[1:]
    error = np.sqrt(slopes @ np.linalg.inv(whole[1:, 1:]) @ slopes)
    clicks = compare().row(0, named=True)
    assert clicks["difference"] == pytest.approx(gap.sum())
    assert clicks["high"] - clicks["difference"] == pytest.approx(1.959964 * error, rel=1e-4)


def test_conversion_that_was_seen_on_few_clicks_widens_the_interval_of_margin_and_not_that_of_clicks() -> None:
    known, few = compare(0.1), compare(0.1, 50)
    reach = [(table["high"] - table["difference"]).to_list() for table in (known, few)]
    assert reach[0][0] == reach[1][0]
    assert reach[1][1] > 1.5 * reach[0][1]
