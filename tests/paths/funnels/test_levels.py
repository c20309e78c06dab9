"""Levels keep to their schema and to their clock."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from ingest import Sessioned
from paths import FunnelCount, FunnelDefinition, FunnelStep, Level, count_funnel, measure_levels
from tests.drawing import at, draw, make_events

FUNNEL = FunnelDefinition(name="f", steps=(FunnelStep("view_item"), FunnelStep("add_to_cart"), FunnelStep("purchase")))
EVENTS = """
    visitor | time            | name
    zoe     | 08:00:00.000001 | view_item
    zoe     | 08:00:00.000002 | add_to_cart
    ann     | 3 08:00         | view_item
"""


@pytest.mark.parametrize("lazy", [True, False])
def test_levels_keep_to_their_schema_and_stand_by_entrant(lazy: bool) -> None:
    events = draw(EVENTS)
    levels = measure_levels(Sessioned.cast(events.lazy()) if lazy else events, FUNNEL, at("3 08:00"))
    assert Level.validate(levels)["entrant"].to_list() == ["ann", "zoe"]
    assert levels["reached_at"].to_list()[1] == [at("08:00:00.000001"), at("08:00:00.000002")]
    assert FunnelCount.is_valid(count_funnel(levels, FUNNEL))


def test_no_events_give_no_levels() -> None:
    assert Level.validate(measure_levels(draw("visitor | time"), FUNNEL, at("08:00"))).height == 0


def test_events_before_1970_and_far_apart_are_no_trouble() -> None:
    times = [
        datetime(1969, 12, 31, tzinfo=UTC),
        datetime(1969, 12, 31, 1, tzinfo=UTC),
        datetime(2200, 1, 1, tzinfo=UTC),
    ]
    events = make_events(
        {"occurred_at": time, "name": name}
        for time, name in zip(times, ["view_item", "add_to_cart", "purchase"], strict=True)
    )
    (level,) = measure_levels(events, FUNNEL, times[-1]).iter_rows(named=True)
    assert (level["level"], level["entered_at"], level["status"]) == (2, times[0], "lost")


def test_a_fraction_of_an_hour_is_a_window() -> None:
    funnel = FunnelDefinition(name="f", steps=FUNNEL.steps, window_hours=0.5)
    rows = [
        {"occurred_at": at("08:00") + timedelta(minutes=minute), "name": name}
        for minute, name in [(0, "view_item"), (30, "add_to_cart")]
    ]
    assert measure_levels(make_events(rows), funnel, at("9:00"))["level"].item() == 2


def test_the_report_takes_only_the_levels_of_its_funnel() -> None:
    other = measure_levels(draw(EVENTS), FunnelDefinition(name="other", steps=FUNNEL.steps[:1]), at("3 08:00"))
    levels = pl.concat([measure_levels(draw(EVENTS), FUNNEL, at("3 08:00")), other])
    assert count_funnel(Level.cast(levels), FUNNEL)["reached"].to_list() == [2, 1, 0]
