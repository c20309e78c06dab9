"""Odd data and odd funnels: every report gives a clear answer, with no number that is none."""

import json
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from ingest import Sessioned
from paths import (
    EventFilter,
    Exclusion,
    FunnelDefinition,
    FunnelError,
    FunnelStep,
    Level,
    SeparationSettings,
    bin_times,
    compare_funnels,
    count_funnel,
    count_periods,
    list_lost,
    measure_levels,
    separate_converted,
    time_funnel,
)
from tests.drawing import DAY_ONE, at, draw, make_events

LOOK, CART, BUY = FunnelStep("view_item"), FunnelStep("add_to_cart"), FunnelStep("purchase")
ORDER = FunnelDefinition((LOOK, CART, BUY), name="order", breakdown="channel")
LATER = at("9 00:00")


def report(
    events: pl.DataFrame, funnel: FunnelDefinition = ORDER, data_ends_at: datetime = LATER
) -> dict[str, list[dict[str, object]]]:
    """Write every report on a funnel as JSON, in which NaN and infinity have no place, and read it again."""
    levels = Level.validate(measure_levels(events, funnel, data_ends_at))
    settings = SeparationSettings(min_entrants=1)
    nobody = levels.clear()
    reports = {
        "levels": levels,
        "counts": count_funnel(levels, funnel),
        "times": time_funnel(levels, funnel),
        "bins": bin_times(levels, funnel),
        "days": count_periods(levels, funnel, data_ends_at, "Asia/Shanghai"),
        "weeks": count_periods(levels, funnel, data_ends_at, "Asia/Shanghai", "week"),
        "halves": compare_funnels(levels, levels, funnel, data_ends_at),
        "empty period": compare_funnels(levels, nobody, funnel, data_ends_at),
        "two empty periods": compare_funnels(nobody, nobody, funnel, data_ends_at),
        "lost": list_lost(levels, funnel, 1),
        "separation": separate_converted(levels, events, funnel, data_ends_at, settings),
    }
    written = {name: json.dumps(table.to_dicts(), default=str, allow_nan=False) for name, table in reports.items()}
    return {name: json.loads(text) for name, text in written.items()}


def reached(reports: dict[str, list[dict[str, object]]]) -> list[object]:
    return [row["reached"] for row in reports["counts"] if row["segment"] == "(all)"]


@pytest.mark.parametrize("drawn", ["visitor | name", "visitor | name\nann | purchase", "visitor | name\nann | search"])
def test_a_funnel_that_nobody_entered_shows_its_steps_with_nobody_on_them(drawn: str) -> None:
    reports = report(draw(drawn))
    assert reached(reports) == [0, 0, 0]
    shares = ("share_of_first", "first_low", "share_of_previous", "median_seconds")
    assert {row[name] for row in reports["counts"] for name in shares} <= {None, 0.0, 1.0}
    assert {row["share_of_first"] for row in reports["counts"]} == {None}
    assert not any(reports[name] for name in ("levels", "times", "bins", "days", "weeks", "lost", "separation"))


def test_a_period_in_which_nobody_entered_proves_nothing() -> None:
    drawn = "visitor | time | name\nann | 08:00 | view_item\nann | 08:01 | add_to_cart\nbob | 08:00 | view_item"
    reports = report(draw(drawn))
    for row in reports["empty period"]:
        assert (row["entrants_b"], row["share_b"], row["difference"]) == (0, None, 0.0)
        assert (row["low"], row["high"], row["p_value"], row["q_value"]) == (-1.0, 1.0, 1.0, 1.0)
    assert [row["entrants_a"] for row in reports["empty period"]] == [2, 1, 2]
    assert {row["share_a"] for row in reports["two empty periods"]} == {None}


def test_events_of_1970_are_events_like_any_others() -> None:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    names = ("view_item", "add_to_cart", "purchase")
    events = make_events({"occurred_at": epoch + timedelta(minutes=k), "name": name} for k, name in enumerate(names))
    reports = report(events, data_ends_at=epoch + timedelta(days=3))
    assert reached(reports) == [1, 1, 1]
    assert reports["levels"][0]["entered_at"] == "1970-01-01 00:00:00+00:00"
    assert {row["begins_on"] for row in reports["days"]} == {"1970-01-01"}
    assert {row["begins_on"] for row in reports["weeks"]} == {"1969-12-29"}  # a Monday


def test_data_that_ends_before_it_begins_leaves_all_open_and_nobody_settled() -> None:
    reports = report(draw("visitor | name\nann | view_item\nbob | view_item"), data_ends_at=at("00:00"))
    assert {row["status"] for row in reports["levels"]} == {"open"}
    assert {(row["settled"], row["conversion"]) for row in reports["days"]} == {(0, None)}
    assert {row["entrants_a"] for row in reports["halves"]} == {0}


def test_a_funnel_of_one_step_converts_whoever_takes_it() -> None:
    one = FunnelDefinition((LOOK,), name="one")
    reports = report(draw("visitor | name\nann | view_item\nbob | view_item\nbob | search"), one)
    assert reached(reports) == [2]
    assert {row["status"] for row in reports["levels"]} == {"converted"}
    assert not any(reports[name] for name in ("times", "bins", "halves", "empty period", "lost"))


@pytest.mark.parametrize("order", ["ordered", "strict", "any"])
@pytest.mark.parametrize("apart", [0, 1])
def test_a_funnel_may_have_forty_steps_all_alike(order: str, apart: int) -> None:
    most = FunnelDefinition((LOOK,) * 40, name="most", order=order)
    events = make_events(
        {"visitor_id": who, "occurred_at": DAY_ONE + timedelta(seconds=apart * second), "name": "view_item"}
        for who, last in (("all", 45), ("some", 7))
        for second in range(last)
    )
    assert reached(report(events, most)) == [2] * 7 + [1] * 33


def test_a_funnel_of_fifty_steps_is_refused() -> None:
    with pytest.raises(FunnelError, match="It has 50 steps: leave at most 40"):
        FunnelDefinition((LOOK,) * 50)


BOTH = FunnelStep("view_item", any_of=(EventFilter("add_to_cart"),))
TEN_SECONDS = ["view_item"] * 18 + ["search"] + ["view_item"] * 5 + ["add_to_cart"] * 3 + ["purchase"] * 3
"""Three clicks a second; in the seventh a search, in the ninth the cart, in the tenth the purchase."""


@pytest.mark.slow
@pytest.mark.parametrize("hold", [(), "item_id"])
@pytest.mark.parametrize(
    ("order", "ties", "seconds"),
    [
        *((order, ties, [7, 7, 8, 9]) for order in ("ordered", "strict") for ties in ("either", "arrival")),
        *((order, "strict", [6, 7, 8, 9]) for order in ("ordered", "strict")),
        ("any", "either", [7, 8, 8, 9]),
    ],
)
def test_a_million_clicks_of_one_customer_are_one_entrant(
    order: str, ties: str, seconds: list[int], hold: str | tuple[str, ...]
) -> None:
    excluded = (Exclusion("search", after_step=1 if order == "any" else 2),)
    funnel = FunnelDefinition(
        (BOTH, LOOK, CART, BUY), 9 / 3600, name="f", order=order, ties=ties, hold=hold, exclude=excluded
    )
    levels = measure_levels(click_a_million_times(), funnel, DAY_ONE + timedelta(days=9))
    (level,) = levels.iter_rows(named=True)
    assert level["status"] == "converted"
    assert level["reached_at"] == [DAY_ONE + timedelta(seconds=second) for second in seconds]


def click_a_million_times() -> pl.DataFrame:
    line = pl.int_range(1_000_000, dtype=pl.Int64)
    row = {"channel": "web", "visitor_id": "v", "person_id": "v", "session_id": "s", "source": "x", "item_id": "P1"}
    given = pl.select(line=line).select(
        step=pl.col("line") + 1,
        line=pl.col("line") + 1,
        event_id=pl.col("line").cast(pl.String),
        occurred_at=pl.lit(DAY_ONE) + pl.duration(seconds=pl.col("line") // 3),
        name=pl.Series(TEN_SECONDS).gather(pl.Series(range(1_000_000)) % len(TEN_SECONDS)),
        **{name: pl.lit(value) for name, value in row.items()},
    )
    absent = [pl.lit(None).alias(name) for name in Sessioned.column_names() if name not in given.columns]
    return Sessioned.cast(given.with_columns(absent))
