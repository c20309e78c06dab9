"""Nothing is found where nothing is, and what is tried is what the docstring says."""

from collections.abc import Callable
from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from ingest import Sessioned
from paths import FunnelDefinition, FunnelStep, Level, SeparationSettings, Separator, measure_levels, separate_converted
from paths.evidence import compare_shares
from serving import find_q_values
from tests.drawing import DAY_ONE, at, draw, make_events

BUY = FunnelDefinition(
    name="buy", steps=(FunnelStep("view_item"), FunnelStep("add_to_cart"), FunnelStep("purchase")), window_hours=1
)
ENDS_AT = at("30 00:00")
SEEDS = 20
FOUND = pl.col("q_value") <= 0.05
ACTIONS = ("search", "share", "login", "select_item", "view_promotion", "add_to_wishlist", "view_item_list")
DEVICES = ("mobile", "desktop", "tablet")


def walk(seed: int, visitors: int = 400) -> pl.DataFrame:
    """Walks of different lengths; whether the last action is an order is pure chance."""
    chance = np.random.default_rng(seed)
    rows = []
    for number in range(visitors):
        device = DEVICES[chance.integers(3)]
        length = chance.exponential(20.0)
        moments = np.sort(chance.uniform(0, min(length, 59), chance.poisson(length / 2)))
        actions = [(0.0, "view_item"), *((moment, chance.choice(ACTIONS)) for moment in moments)]
        actions += [(min(length, 59), "add_to_cart")] if chance.random() < 0.7 else []
        actions += [(min(length, 59) + 0.5, "purchase")] if chance.random() < 0.5 else []
        rows += [
            {
                "visitor_id": f"v{number}",
                "occurred_at": DAY_ONE + timedelta(minutes=minute),
                "name": str(name),
                "page": f"page_of_{name}_{chance.integers(2)}",
                "device": device,
            }
            for minute, name in actions
        ]
    return make_events(rows)


def shuffle_outcomes(levels: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Give each entrant the outcome of another, with the times from entry that belong to it."""
    names = levels["entrant"].sample(fraction=1, shuffle=True, seed=seed)
    began = levels["entered_at"].gather(np.argsort(np.argsort(names)))
    shifted = levels.with_columns(entrant=names, begins=began).with_columns(
        reached_at=pl.struct("reached_at", "entered_at", "begins").map_elements(
            lambda row: [row["begins"] + (moment - row["entered_at"]) for moment in row["reached_at"]],
            return_dtype=levels.schema["reached_at"],
        ),
        entered_at="begins",
    )
    return Level.validate(shifted.select(Level.column_names()).sort("entrant"))


def test_shuffled_outcomes_give_findings_in_at_most_one_of_twenty_worlds() -> None:
    sessioned = walk(seed=0)
    levels = measure_levels(sessioned, BUY, ENDS_AT)
    found = [
        separate_converted(shuffle_outcomes(levels, seed), sessioned, BUY, ENDS_AT).filter(FOUND).height
        for seed in range(SEEDS)
    ]
    assert sum(number > 0 for number in found) <= 1


def drift(seed: int, visitors: int = 400) -> pl.DataFrame:
    """Actions that come at random all the hour, until the visitor converts; who converts and when is pure chance."""
    chance = np.random.default_rng(seed)
    rows = []
    for number in range(visitors):
        end = chance.exponential(10.0) if chance.random() < 0.5 else np.inf
        steps = [(0.0, "view_item"), (end / 2, "add_to_cart"), (end, "purchase")]
        moments = np.cumsum(chance.exponential(4.0, 30))
        actions = [*steps, *((moment, chance.choice(ACTIONS)) for moment in moments if moment < end)]
        rows += [
            {"visitor_id": f"v{number}", "occurred_at": DAY_ONE + timedelta(minutes=minute), "name": str(name)}
            for minute, name in actions
            if minute < 60
        ]
    return make_events(rows)


@pytest.mark.parametrize("invent", [walk, drift])
def test_worlds_of_pure_chance_seldom_give_findings(invent: Callable[[int], pl.DataFrame]) -> None:
    """One in twenty may; four of twenty would happen by chance in 1.6 % of all runs."""
    found = [len(_separate(invent(seed)).filter(FOUND)) for seed in range(SEEDS)]
    assert sum(number > 0 for number in found) <= 3


def test_looking_at_all_that_each_did_would_find_nearly_everything() -> None:
    """A world of pure chance, by whether an action *ever* came before conversion or the end of the window."""
    sessioned = drift(0)
    bought = sessioned.filter(name="purchase").select("visitor_id", end="occurred_at")
    who = sessioned.select("visitor_id").unique().join(bought, on="visitor_id", how="left")
    deeds = sessioned.join(who, on="visitor_id").filter(
        pl.col("name").is_in(ACTIONS), pl.col("end").is_null() | (pl.col("occurred_at") < pl.col("end"))
    )
    p_values = []
    for action in ACTIONS:
        did = pl.col("visitor_id").is_in(deeds.filter(name=action)["visitor_id"].implode())
        hits = who.group_by(pl.col("end").is_not_null()).agg(did=did.sum(), all=pl.len()).sort("end")
        p_values += compare_shares(*hits.row(0)[1:], *hits.row(1)[1:]).p_value.tolist()
    assert (find_q_values(p_values) <= 0.05).sum() >= len(ACTIONS) - 1


def _separate(sessioned: pl.DataFrame, after_step: int = 1, least: int = 30) -> pl.DataFrame:
    levels = measure_levels(sessioned, BUY, ENDS_AT)
    table = separate_converted(levels, sessioned, BUY, ENDS_AT, SeparationSettings(min_entrants=least), after_step)
    return Separator.validate(table)


def test_the_order_of_the_rows_does_not_matter() -> None:
    sessioned = walk(seed=3)
    shuffled = Sessioned.cast(sessioned.sample(fraction=1, shuffle=True, seed=1))
    assert _separate(sessioned).equals(_separate(shuffled))


def test_what_few_had_is_not_tried() -> None:
    sessioned = walk(seed=3)
    tried = {least: _separate(sessioned, least=least) for least in (30, 150)}
    assert 0 < tried[150].height < tried[30].height
    assert tried[150]["entrants"].min() >= 150


def test_from_a_later_step_on_only_those_who_took_it_take_part() -> None:
    sessioned = walk(seed=3)
    levels = measure_levels(sessioned, BUY, ENDS_AT)
    table = _separate(sessioned, after_step=2, least=1)
    assert table.filter(kind="device")["entrants"].sum() <= (levels["level"] >= 2).sum()
    assert "event" not in table["kind"]  # nothing happens in the half minute between cart and order


@pytest.mark.parametrize("step", [0, 3, 4])
def test_a_step_that_is_not_before_the_last_is_refused(step: int) -> None:
    with pytest.raises(ValueError, match="choose one of the steps before the last"):
        _separate(draw("visitor | name"), after_step=step)


def test_a_funnel_of_one_step_and_one_that_nobody_entered_separate_nothing() -> None:
    one = FunnelDefinition(name="one", steps=(FunnelStep("view_item"),))
    sessioned = walk(seed=3)
    assert separate_converted(measure_levels(sessioned, one, ENDS_AT), sessioned, one, ENDS_AT).is_empty()
    assert _separate(draw("visitor | name")).is_empty()


def test_robots_are_left_out() -> None:
    sessioned = walk(seed=3)
    with_robots = sessioned.with_columns(
        robot=pl.when(pl.col("name") == "search").then(pl.lit("known_agent")),
    )
    assert "search" in _separate(sessioned)["value"]
    assert "search" not in _separate(with_robots)["value"]
