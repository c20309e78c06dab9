"""What a plan gains is told by people who did not choose it: luck is no gain, and a true one is found."""

import dataframely as dy
import numpy as np
import polars as pl
import pytest

from ingest import Product
from recommend import LayoutSettings, PagePlan, PageSettings, Pin, Showing, place_items, plan_page, split_people
from serving import TODAY
from tests.showings import NOW

LOOKS = 1 / np.arange(1, 7)
SLOTS = [f"s:{place}" for place in range(1, 7)]
CONVERSION = 0.3


def show(seed: int, pull: np.ndarray, pages: int = 1_500) -> dy.DataFrame[Showing]:
    """Show the first six products in order on half of the pages, six drawn ones on the others; each page to a person.

    `pull` holds how much each product is clicked on where everybody looks.
    """
    chance = np.random.default_rng(seed)
    items = np.argsort(chance.random((pages, len(pull))), axis=1)[:, :6]
    items[::2] = np.arange(6)
    clicked = chance.random(items.shape) < LOOKS * pull[items]
    rows = pl.DataFrame({
        "session_id": np.repeat([f"v{page}" for page in range(pages)], 6), "slot": np.tile(SLOTS, pages),
        "item_id": [f"p{item:02}" for item in items.ravel()], "position": np.tile(np.arange(1, 7), pages),
        "clicked": clicked.ravel(), "bought": (clicked & (chance.random(items.shape) < CONVERSION)).ravel(),
    })  # fmt: skip
    return Showing.cast(
        rows.with_columns(
            page=pl.lit("home"), channel=pl.lit("web"), recommendation_id=pl.lit("r"), person_id="session_id", shown_at=NOW,
            propensity=pl.lit(None, pl.Float64),
        )
    )  # fmt: skip


def plan(showings: dy.DataFrame[Showing], products: int, **settings: object) -> PagePlan:
    names = [f"p{item:02}" for item in range(products)]
    told = pl.DataFrame({"item_id": names, "margin": 10.0, "price": 20.0})
    blank = [pl.lit(None).alias(name) for name in Product.column_names() if name not in told.columns]
    return plan_page(showings, Product.cast(told.with_columns(blank)), "home", LayoutSettings(**settings), NOW)


def test_where_all_products_are_alike_no_plan_is_better_and_nothing_moves() -> None:
    """The best of so many pages always looks better to those who chose it: by a fifth to a half in these worlds."""
    plans = [plan(show(seed, np.full(30, 0.15)), 30) for seed in range(12)]
    assert [planned.verdict for planned in plans] == ["not shown"] * 12
    gains = [planned.plan.worth["difference"][0] / planned.plan.worth["today"][0] for planned in plans]
    boasts = [planned.plan.slots["clicks_planned"].sum() / planned.plan.worth["today"][0] - 1 for planned in plans]
    assert abs(np.mean(gains)) < 0.1 < 0.2 < np.mean(boasts)
    assert {row.why for row in place_items(plans[0], LayoutSettings())} == {TODAY}


def test_a_page_that_shows_the_worst_products_on_top_is_found_to_be_improvable() -> None:
    """The interval reaches no higher than what a page that is known to be best would gain."""
    pull = np.linspace(0.06, 0.3, 10)
    most = 1_000 * LOOKS @ (np.sort(pull)[::-1][:6] - pull[:6])
    for seed in range(3):
        planned = plan(show(seed, pull, pages=4_000), 10)
        clicks = planned.plan.worth.row(0, named=True)
        assert planned.verdict == clicks["verdict"] == "better"
        assert clicks["low"] < most < 1.5 * clicks["high"]


def test_pages_of_worth_add_up_and_say_what_people_said_who_did_not_choose() -> None:
    showings = show(1, np.linspace(0.06, 0.3, 10), pages=4_000)
    planned = plan(showings, 10)
    worth = planned.plan.worth
    assert worth["difference"].to_list() == pytest.approx((worth["planned"] - worth["today"]).to_list())
    for half, chosen in zip(split_people(showings), planned.plan.halves, strict=True):
        alone = plan(half, 10)
        assert dict(alone.plan.slots.select("slot", "item_planned").rows()) == chosen


def test_a_page_that_was_named_beforehand_is_judged_by_everybody() -> None:
    showings = show(1, np.linspace(0.06, 0.3, 10))
    pins = tuple(Pin(slot, f"p0{9 - place}") for place, slot in enumerate(SLOTS))
    named = plan(showings, 10, pages={"home": PageSettings(pins=pins)}).plan
    assert named.worth["planned"].to_list() == pytest.approx(
        [named.slots["clicks_planned"].sum(), named.slots["margin_planned"].sum()]
    )
    assert named.halves == ()


def test_what_half_of_the_people_cannot_tell_is_too_little_evidence_with_the_way_out() -> None:
    """One person's clicks alone tie the slots together."""
    showings = show(3, np.linspace(0.06, 0.3, 10), pages=400)
    tied = pl.col("session_id").is_in(["v1", "v3"]) | (pl.col("item_id").str.tail(1) == pl.col("slot").str.tail(1))
    thin = Showing.cast(showings.filter(tied).with_columns(clicked=True))
    planned = plan(thin, 10)
    assert planned.verdict == "too little evidence"
    assert planned.plan.worth.select("planned", "difference", "low", "high").null_count().row(0) == (2, 2, 2, 2)
    assert "collect more pages" in planned.why.en
    assert "积累更多展示" in planned.why.zh
    assert {row.why for row in place_items(planned, LayoutSettings())} == {TODAY}


def test_all_that_a_person_did_lies_in_one_half_whoever_else_came_and_in_whatever_order() -> None:
    """Even where a person had many visits; the halves are about alike."""
    showings = show(1, np.full(8, 0.2), pages=600)
    shared = Showing.cast(showings.with_columns(person_id=pl.col("person_id").str.slice(0, 3)))
    one, other = split_people(shared)
    assert not set(one["person_id"]) & set(other["person_id"])
    assert one.height + other.height == shared.height
    turned = split_people(Showing.cast(shared.reverse().filter(pl.col("person_id") != "v11")))
    assert [set(half["person_id"]) - {"v11"} for half in (one, other)] == [set(half["person_id"]) for half in turned]
    assert 0.4 < split_people(showings)[0].height / showings.height < 0.6
