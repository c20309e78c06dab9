"""A page's plan from what was shown and bought: what moves where, what is left out, and why there may be none."""

import math

import numpy as np
import polars as pl
import pytest

from echannel.plans.layout import estimate_plan
from echannel.tree import Settings
from evaluation import OffPolicyError
from recommend import (
    Exploration,
    LayoutError,
    LayoutSettings,
    Material,
    PagePlan,
    PageSettings,
    PageSlot,
    Pin,
    Stickiness,
    place_items,
    plan_page,
    recommend_exploration,
)
from tests.showings import NOW, draw_products, draw_showings

SHOWN = """
    slot  | item | shown | clicked | bought
    a:1   | A    |  4000 |     400 |     80
    a:2   | B    |  4000 |     400 |     80
    a:1   | B    |  1000 |     200 |     40
    a:2   | A    |  1000 |      50 |     10
"""
"""The second place is looked at half as much; B attracts twice as many."""

CATALOGUE = """
    item | category | margin | on_sale_from | on_sale_to
    A    | plan     |     10 |              |
    B    | plan     |     10 |              |
    C    | handset  |     10 |              |
"""


def plan(shown: str = SHOWN, catalogue: str = CATALOGUE, page: str = "home", **settings: object) -> PagePlan:
    return plan_page(draw_showings(shown), draw_products(catalogue), page, LayoutSettings(**settings), NOW)


def tell(planned: PagePlan) -> list[tuple[object, ...]]:
    return planned.plan.slots.select("slot", "item_today", "item_planned", "change").rows()


def test_what_attracts_more_moves_to_where_people_look_more() -> None:
    planned = plan()
    assert tell(planned) == [("a:1", "A", "B", "moves"), ("a:2", "B", "A", "moves")]
    assert planned.verdict == "better"
    clicks = planned.plan.worth.row(0, named=True)
    assert (clicks["today"], clicks["planned"]) == pytest.approx((200, 250), rel=0.01)


def weigh(settings: LayoutSettings, **ratio: float) -> PagePlan:
    """Plan the page with what is known of how products keep their people."""
    shares = {
        name: pl.lit(0.5) for name in Stickiness.column_names() if name.startswith(("active", "repeat_", "retained"))
    }
    counts = {name: pl.lit(20) for name in ("people", "lasted", "buyers", "repeats")}
    told = pl.DataFrame({"item_id": list(ratio), "ratio": list(ratio.values())}).with_columns(**shares, **counts)
    shown, products = draw_showings(SHOWN), draw_products(CATALOGUE)
    return plan_page(shown, products, "home", settings, NOW, Stickiness.cast(told))


class TestStickiness:
    def test_what_keeps_its_people_may_stand_where_people_look_more_though_it_attracts_less(self) -> None:
        planned = weigh(LayoutSettings(stickiness_power=1.0), A=3.0, B=1.0)
        assert tell(planned) == [("a:1", "A", "A", "stays"), ("a:2", "B", "B", "stays")]
        assert dict(planned.offers.select("item_id", "stickiness").rows()) == {"A": 3.0, "B": 1.0}

    def test_what_nothing_is_known_of_has_the_factor_one(self) -> None:
        planned = weigh(LayoutSettings(stickiness_power=1.0), A=3.0)
        assert dict(planned.offers.select("item_id", "stickiness").rows()) == {"A": 3.0, "B": 1.0}

    def test_its_power_says_how_much_it_counts(self) -> None:
        planned = weigh(LayoutSettings(stickiness_power=0.5), A=3.0)
        assert dict(planned.offers.select("item_id", "stickiness").rows())["A"] == pytest.approx(3**0.5)
        assert tell(planned)[0] == ("a:1", "A", "B", "moves")

    def test_clicks_and_margin_are_told_without_it_since_it_is_no_money(self) -> None:
        worth = weigh(LayoutSettings(stickiness_power=1.0), A=30.0).plan.worth
        assert worth["planned"].to_list() == worth["today"].to_list()
        assert worth["today"].to_list() == pytest.approx(plan().plan.worth["today"].to_list(), rel=0.01)

    def test_it_counts_for_nothing_unless_it_is_set(self) -> None:
        assert tell(weigh(LayoutSettings(), A=30.0)) == tell(plan())
        assert plan().offers["stickiness"].to_list() == [None, None]
        with pytest.raises(ValueError, match="stickiness_power"):
            LayoutSettings(stickiness_power=-1.0)


def test_todays_page_is_what_each_slot_showed_most_of_late() -> None:
    older = SHOWN.replace("bought", "bought | ago").replace("80\n", "80 | 9\n")
    assert plan(older.replace("40\n", "40 |\n").replace("10\n", "10 |\n")).today == {"a:1": "B", "a:2": "A"}
    assert plan().today == {"a:1": "A", "a:2": "B"}


def test_a_product_that_led_in_two_slots_stands_today_where_that_explains_the_most_showings() -> None:
    """A was shown on every page, on top of most; below it the others took turns."""
    shown = """
        slot | item | shown | clicked | bought
        a:1  | A    |   600 |      60 |     12
        a:2  | A    |   400 |      40 |      8
        a:1  | B    |   200 |      40 |      8
        a:2  | B    |   350 |      35 |      7
        a:1  | C    |   200 |      40 |      8
        a:2  | C    |   350 |      35 |      7
    """
    assert plan(shown).today == {"a:1": "A", "a:2": "B"}


@pytest.mark.parametrize(("late", "today"), [("a:2", {"a:1": "A"}), ("a:", {})])
def test_what_was_not_shown_of_late_is_unknown_and_not_worth_nothing(late: str, today: dict[str, str]) -> None:
    """A slot that shows nothing any more may be gone: no plan is better for filling it."""
    rows = [line.strip() for line in SHOWN.strip().splitlines()]
    old = "\n".join([f"{rows[0]} | ago", *(f"{row} | {9 if late in row else 0}" for row in rows[1:])])
    planned = plan(old)
    assert (planned.today, planned.verdict) == (today, "not identified")
    assert planned.plan.worth.select("today", "difference").null_count().row(0) == (2, 2)
    assert planned.plan.slots["clicks_today"].null_count() == 2 - len(today)
    assert f"nobody knows what stands in {'a:2' if today else 'a:1, a:2'} today" in planned.why.en
    assert [row.item_id for row in place_items(planned, LayoutSettings())] == [*today.values()]
    named = plan(old, pages={"home": PageSettings(slots=(PageSlot("a:1"),))})
    assert (named.verdict == "not identified") == (not today)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("C | handset | 10 | | 2 08:00", "not on sale"),
        ("C | handset | 10 | 30 08:00 |", "not on sale"),
        ("C | handset | | |", "no margin in the catalogue"),
        ("C | handset | -1 | |", "sold at a loss"),
        ("X | handset | 10 | |", "not in the catalogue"),
    ],
)
def test_what_cannot_be_sold_is_left_out_with_the_reason(row: str, reason: str) -> None:
    shown = SHOWN + "a:2 | C | 1000 | 500 | 400"
    assert plan(shown).plan.slots["item_planned"].to_list() == ["C", "B"]
    planned = plan(shown, CATALOGUE.replace("C    | handset  |     10 |              |", row))
    assert planned.left_out.rows() == [("C", reason)]
    assert planned.plan.slots["item_planned"].to_list() == ["B", "A"]


@pytest.mark.parametrize(
    ("terms", "reason"),
    [
        ("| 18 | |", "for some ages only"),
        ("| 0  | |", None),
        ("| | A |", "requires another product"),
        ("| | D A |", "requires another product"),
        ("| | C |", None),
        ("| | | app wap", "not sold on every channel of the page"),
        ("| | | web app", None),
    ],
)
def test_what_not_every_reader_may_be_shown_is_left_out_with_the_reason(terms: str, reason: str | None) -> None:
    """The page is everybody's: nobody's age and nothing that anybody has is known when it is planned."""
    shown = SHOWN + "a:2 | C | 1000 | 500 | 400"
    planned = plan(shown, f"item | margin | min_age | requires | channels\nA | 10 | | |\nB | 10 | | |\nC | 10 {terms}")
    assert planned.left_out.rows() == ([("C", reason)] if reason else [])
    assert planned.plan.slots["item_planned"].to_list() == (["B", "A"] if reason else ["C", "B"])


def test_a_product_of_one_channel_is_planned_on_a_page_that_is_shown_there_alone() -> None:
    app = "\n".join(f"{row} | {'app' if place else 'channel'}" for place, row in enumerate(SHOWN.strip().splitlines()))
    catalogue = "item | margin | channels\nA | 10 | app\nB | 10 | web"
    assert plan(app, catalogue).left_out.rows() == [("B", "not sold on every channel of the page")]
    both = app + "\na:1 | A | 1 | 0 | 0 | web"
    assert plan(both, catalogue).left_out["item_id"].to_list() == ["A", "B"]


@pytest.mark.parametrize("page", ["home", "elsewhere"])
def test_a_page_without_a_click_or_a_showing_is_too_little_evidence(page: str) -> None:
    planned = plan("slot | item | shown | clicked\n a:1 | A | 50 | 0", page=page)
    assert (planned.verdict, planned.plan, planned.exploration) == ("too little evidence", None, None)
    assert ("50 showings without a click" in planned.why.en) == (page == "home")


def test_without_margins_there_is_no_plan_and_the_way_out_is_told() -> None:
    planned = plan(catalogue="item | margin\n Z | 1")
    assert (planned.verdict, planned.plan) == ("too little evidence", None)
    assert "read a catalogue that tells margins" in planned.why.en
    assert planned.left_out["reason"].unique().to_list() == ["not in the catalogue"]
    assert planned.today == {"a:1": "A", "a:2": "B"}


def test_slots_in_which_nothing_changed_places_are_not_identified_and_named() -> None:
    planned = plan("\n".join(SHOWN.splitlines()[:4]))
    assert (planned.verdict, planned.plan) == ("not identified", None)
    assert "a:1 | a:2" in planned.why.en
    assert "a:1 | a:2" in planned.why.zh


def test_the_settings_slots_are_planned_and_no_others() -> None:
    page = PageSettings(slots=(PageSlot("a:1"), PageSlot("b:9")))
    planned = plan(SHOWN + "b:9 | A | 500 | 20 | 4", pages={"home": page})
    assert planned.plan.slots["slot"].to_list() == ["a:1", "b:9"]
    unknown = plan(pages={"home": PageSettings(slots=(PageSlot("a:1"), PageSlot("c:1")))})
    assert (unknown.verdict, "c:1" in unknown.why.en) == ("not identified", True)


def test_slots_stand_in_the_order_of_their_shelf_and_position() -> None:
    shown = "slot | item | shown | clicked\n" + "\n".join(
        f"{shelf}:{place} | {item} | 50 | 9" for shelf in "ba" for place in (10, 9, 1) for item in "AB"
    )
    assert plan(shown).slots["slot"].to_list() == ["a:1", "a:9", "a:10", "b:1", "b:9", "b:10"]


def test_pins_and_material_of_the_settings_hold() -> None:
    pinned = PageSettings(pins=(Pin("a:1", "A"),))
    assert tell(plan(pages={"home": pinned})) == [("a:1", "A", "A", "stays"), ("a:2", "B", "B", "stays")]
    kinds = PageSettings(
        slots=(PageSlot("a:1", kind="banner"), PageSlot("a:2", kind="tile")),
        material=(Material(category="plan", kinds=("tile",)), Material(item_id="A", kinds=("banner",))),
    )
    assert tell(plan(pages={"home": kinds})) == [("a:1", "A", "A", "stays"), ("a:2", "B", "B", "stays")]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("", "not in the catalogue"),
        ("Z | 10 | 30 08:00 |", "not on sale"),
        ("Z | 10 | | 18", "for some ages only"),
        ("Z | -1 | |", "sold at a loss"),
    ],
)
def test_a_pin_of_what_cannot_stand_there_is_refused_with_the_reason_and_the_place(row: str, reason: str) -> None:
    catalogue = f"item | margin | on_sale_from | min_age\nA | 10 | |\nB | 10 | |\n{row}"
    with pytest.raises(LayoutError) as refused:
        plan(catalogue=catalogue, pages={"home": PageSettings(pins=(Pin("a:1", "Z"),))})
    told = f"Z is pinned to a:1, but left out ({reason}): take away the pin, or mend the catalogue"
    assert refused.value.faults == (told,)


def test_orders_a_click_are_counted_on_all_pages_and_drawn_towards_the_mean() -> None:
    planned = plan(SHOWN + "b:1 | B | 100 | 50 | 50".replace("b:1", "b:1"), prior_clicks=10.0)
    clicks, orders = 450 + 650, 90 + 170
    expected = (90 + 10 * orders / clicks) / (450 + 10)
    assert planned.offers.row(0, named=True)["conversion"] == pytest.approx(expected)
    assert planned.offers["conversion_clicks"].to_list() == [460, 660]


def test_what_exploring_takes_is_told_as_pages_and_as_a_share_where_there_are_as_many() -> None:
    """Of the planned page, B above A, the pair changed places has 1 · 0.1 clicks for A and ½ · 0.2 for B."""
    share = plan(wanted_error=0.5).exploration
    assert share.pages == pytest.approx(1.96**2 / 0.2 / 0.5**2, rel=0.01)
    assert plan(wanted_error=0.0001).exploration.share is None
    assert recommend_exploration(np.array([0.0, 0.5]), 100, 0.2) == Exploration(math.inf, None)


def test_wrong_settings_are_refused_with_all_their_faults() -> None:
    with pytest.raises(ValueError, match=r"`prior_clicks` is 0.*`wanted_error` is -1"):
        LayoutSettings(prior_clicks=0, wanted_error=-1)
    with pytest.raises(ValueError, match=r"names a 2 times.*`material` 1 must name"):
        PageSettings(slots=(PageSlot("a"), PageSlot("a")), material=(Material(),))


DRAWN = SHOWN.replace("bought", "bought | propensity").replace("80\n", "80 | 0.8\n").replace("40\n", "40 | 0.2\n")
DRAWN = DRAWN.replace("10\n", "10 | 0.2\n")


def test_drawn_pages_judge_the_plan_a_second_time_without_the_position_model() -> None:
    """The planned page was shown on 1,000 of 5,000 pages: 200 + 50 clicks, each worth five."""
    planned = plan(DRAWN)
    told = estimate_plan(draw_showings(DRAWN), planned, Settings())
    ipw = told.row(0, named=True)
    assert (ipw["estimator"], ipw["value"], ipw["verdict"]) == ("ipw", pytest.approx(250 * 5 / 10_000), "better")


def test_pages_that_nobody_drew_judge_nothing() -> None:
    with pytest.raises(OffPolicyError, match="No showing tells a propensity"):
        estimate_plan(draw_showings(SHOWN), plan(), Settings())
    with pytest.raises(OffPolicyError, match="no plan"):
        estimate_plan(draw_showings(SHOWN), plan(page="elsewhere"), Settings())
