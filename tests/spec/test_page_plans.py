"""Page plans: what moves where, what it is expected to earn, and why a plan may be impossible."""

from collections.abc import Mapping

import numpy as np
import polars as pl
import pytest

from recommend import (
    Half,
    Impression,
    LayoutError,
    LayoutOffer,
    LayoutPlan,
    LayoutRequest,
    LeftOut,
    PageWorth,
    Pin,
    PositionModel,
    PositionSettings,
    Slot,
    SlotPlan,
    fit_positions,
    plan_layout,
)
from tests.drawing import draw_rows
from tests.shown_pages import EXAMINATION, SLOTS, show_pages

SLOT_ROWS = """
    slot   | position | kind   | size
    banner |        1 | banner |   12
    middle |        2 | tile   |    4
    bottom |        3 | tile   |    4
"""
OFFER_ROWS = """
    item    | category | margin | conversion | kinds       | least_size
    handset | handset  |    100 |       0.01 |             |
    plan    | plan     |     60 |       0.05 |             |
    roaming | plan     |     40 |       0.05 | tile        |
    case    | case     |      5 |       0.10 | tile banner |          8
"""
TODAY = {"banner": "handset", "middle": "roaming", "bottom": "plan"}


def read_slots(text: str = SLOT_ROWS) -> pl.DataFrame:
    return Slot.cast(pl.DataFrame(draw_rows(text)).cast({"position": pl.Int64, "size": pl.Int64}))


def read_offers(text: str = OFFER_ROWS) -> pl.DataFrame:
    rows = pl.DataFrame(draw_rows(text), infer_schema_length=None).with_columns(
        pl.col("kinds").cast(pl.String).str.split(" "), pl.col("margin", "conversion").cast(pl.Float64), pl.col("least_size").cast(pl.Int64),
        conversion_clicks=pl.lit(None, pl.Int64), stickiness=pl.lit(None, pl.Float64), most_size=pl.lit(None, pl.Int64),
    )  # fmt: skip
    return LayoutOffer.cast(rows)


def learn() -> PositionModel:
    """Examination 1, ½ and ¼; attraction 0.2 for all but the case, which has 0.1."""
    worth = {"handset": 0.2, "plan": 0.2, "roaming": 0.2, "case": 0.1}
    looks = {"banner": 1.0, "middle": 0.5, "bottom": 0.25}
    rows = [
        (slot, item, 1000, round(1000 * look * pull), None)
        for slot, look in looks.items()
        for item, pull in worth.items()
    ]
    told = pl.DataFrame(rows, schema=["slot", "item_id", "shown", "clicked", "propensity"], orient="row")
    return fit_positions(Impression.cast(told), PositionSettings(), ["banner", "middle", "bottom"])


def make_plan(today: Mapping[str, str] = TODAY, offers: str = OFFER_ROWS, **settings: object) -> LayoutPlan:
    request = LayoutRequest(**settings)  # type: ignore[arg-type]
    half = Half(learn(), read_offers(offers))
    plan = plan_layout(learn(), read_slots(), read_offers(offers), today, request, (half, half))
    SlotPlan.validate(plan.slots)
    PageWorth.validate(plan.worth)
    LeftOut.validate(plan.left_out)
    return plan


def stands(plan: LayoutPlan) -> dict[str, str | None]:
    return dict(plan.slots.select("slot", "item_planned").rows())


def test_what_earns_most_a_click_stands_where_most_look_and_the_plan_says_what_moves() -> None:
    """A click on the plan earns 3, on roaming 2, on the handset 1; roaming has no banner."""
    plan = make_plan()
    assert plan.slots.select("slot", "item_today", "item_planned", "change", "from_slot").rows() == [
        ("banner", "handset", "plan", "moves", "bottom"),
        ("middle", "roaming", "roaming", "stays", "middle"),
        ("bottom", "plan", "handset", "moves", "banner"),
    ]
    margin = plan.worth.row(by_predicate=pl.col("measure") == "margin", named=True)
    assert (margin["today"], margin["planned"]) == pytest.approx((200 + 200 + 150, 600 + 200 + 50), rel=1e-3)
    assert margin["low"] > 0
    assert margin["verdict"] == "better"
    assert plan.slots["margin_planned"].sum() == pytest.approx(margin["planned"])


def test_a_pinned_product_keeps_its_place_whatever_it_earns() -> None:
    assert stands(make_plan(pins=(Pin("banner", "case"),))) == {"banner": "case", "middle": "plan", "bottom": "roaming"}


def test_a_category_takes_no_more_places_than_its_cap() -> None:
    assert stands(make_plan(category_caps={"plan": 1})) == {"banner": "plan", "middle": "handset", "bottom": None}


def test_stickiness_counts_only_if_asked_for() -> None:
    offers = read_offers().with_columns(stickiness=pl.when(item_id="handset").then(10.0))
    plans = [
        plan_layout(learn(), read_slots(), LayoutOffer.cast(offers), TODAY, LayoutRequest(stickiness=on))
        for on in (False, True)
    ]
    assert [stands(plan)["banner"] for plan in plans] == ["plan", "handset"]


def test_a_page_that_is_the_best_already_stays_and_nothing_is_claimed() -> None:
    plan = make_plan({"banner": "plan", "middle": "roaming", "bottom": "handset"})
    assert set(plan.slots["change"]) == {"stays"}
    assert plan.worth.select("difference", "low", "high", "verdict").rows() == [(0, 0, 0, "same page")] * 2


def test_a_product_of_today_that_was_never_measured_leaves_today_unknown() -> None:
    plan = make_plan({**TODAY, "bottom": "sim"})
    assert plan.worth.select("today", "difference", "verdict").rows() == [(None, None, "not identified")] * 2
    assert plan.slots["margin_today"].null_count() == 1


def test_offers_that_could_not_be_weighed_are_said() -> None:
    plan = make_plan(offers=OFFER_ROWS + "watch | watch | 9 | 0.5 | |\n poster | poster | 9 | 0.5 | wall |")
    assert plan.left_out.rows() == [("poster", "never shown"), ("watch", "never shown")]


def test_all_that_makes_a_plan_impossible_is_said_at_once() -> None:
    pins = tuple(Pin("banner", item) for item in ("roaming", "plan", "ghost", "plan"))
    offers = OFFER_ROWS.replace("handset  |    100", "handset  |   -100")
    with pytest.raises(LayoutError) as refused:
        make_plan({"attic": "plan"}, offers, pins=pins, category_caps={"plan": 1})
    assert refused.value.faults == (
        "the margin of handset is -100: give 0 or more, or leave it out",
        "today's page has a slot attic that is not planned: add it to the slots, or leave it out",
        "4 pins are more than 3 slots: take away 1",
        "4 pins are on slot banner: leave one",
        "plan is pinned 2 times: leave one pin, since an item has one place",
        "roaming is pinned to banner, whose kind or size it does not fit: pin it elsewhere",
        "ghost is pinned to banner, but not offered: add it to the offers",
        "3 items of plan are pinned, and its cap is 1: raise it or take pins away",
    )


def test_offers_of_which_none_fits_are_refused() -> None:
    with pytest.raises(LayoutError, match="no item may stand in any slot"):
        make_plan(offers="item | category | margin | conversion | kinds | least_size\n case | case | 5 | 0.1 | wall |")


def test_a_slot_that_was_never_measured_is_refused() -> None:
    slots = read_slots(SLOT_ROWS + "attic | 4 | tile | 4")
    with pytest.raises(LayoutError, match="examination of attic is not identified"):
        plan_layout(learn(), slots, read_offers(), TODAY, LayoutRequest())


def test_the_interval_of_a_difference_holds_the_truth_in_about_19_of_20_worlds() -> None:
    """Two pages named beforehand: the first six products in order, and in the order turned round, all of them pinned."""
    held = []
    for seed in range(40):
        pages = show_pages(seed, pages=2_000)
        model = fit_positions(pages.impressions, PositionSettings(), SLOTS)
        items = sorted(pages.attraction)[:6]
        offers = pl.DataFrame({"item_id": items, "category": "x", "margin": 1.0, "conversion": 1.0})
        blank = {name: pl.lit(None) for name in ("conversion_clicks", "stickiness", "kinds", "least_size", "most_size")}
        slots = Slot.cast(pl.DataFrame({"slot": SLOTS, "position": range(1, 7), "kind": None, "size": None}))
        today, pins = dict(zip(SLOTS, items, strict=True)), tuple(map(Pin, SLOTS, reversed(items)))
        worth = plan_layout(
            model, slots, LayoutOffer.cast(offers.with_columns(**blank)), today, LayoutRequest(pins=pins)
        ).worth
        pull = np.array([pages.attraction[item] for item in items])
        truth = 1000 * (EXAMINATION @ pull[::-1] - EXAMINATION @ pull)
        held.append(worth["low"][0] <= truth <= worth["high"][0])
    assert np.mean(held) >= 0.9
