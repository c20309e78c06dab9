"""The portable pipeline, on every engine at hand, gives what the fast kernels give."""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeAlias

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cluster import count_transitions, number_sessions, reach_levels
from ingest import BadInput, Event, Sessioned, SessionSettings, sessionize
from paths import FunnelDefinition, FunnelStep, count_edges, measure_levels
from tests.drawing import DAY_ONE, make_events

Table: TypeAlias = pl.LazyFrame | duckdb.DuckDBPyRelation
Engine: TypeAlias = tuple[Callable[[pl.DataFrame], Table], Callable[[Table], pl.DataFrame]]

ENGINES: dict[str, Engine] = {
    "polars": (pl.DataFrame.lazy, lambda table: table.collect()),
    "duckdb": (lambda frame: duckdb.from_arrow(frame.to_arrow()), lambda relation: relation.pl()),
}
"""How a table gets into each engine and out again."""

PAUSES = SessionSettings(pause_minutes=30)
NAMES = ("view_item", "add_to_cart", "purchase")
STEPS = st.builds(FunnelStep, st.sampled_from(NAMES), page=st.sampled_from([None, "p"]))
FUNNELS = st.lists(STEPS, min_size=1, max_size=4).map(
    lambda steps: FunnelDefinition(name="f", steps=tuple(steps), window_hours=0.5)
)

# Half-minutes, so that pauses and windows of exactly 30 minutes come up; some events are a millisecond later.
moments = st.tuples(st.integers(0, 120), st.sampled_from([0, 0, 0, 1])).map(
    lambda drawn: DAY_ONE + timedelta(seconds=30 * drawn[0], milliseconds=drawn[1])
)
rows = st.fixed_dictionaries(
    {
        "visitor_id": st.sampled_from(["ann", "bob", "王"]),
        "occurred_at": moments,
        "channel": st.sampled_from(["web", "app"]),
        "name": st.sampled_from(NAMES),
        "page": st.sampled_from([None, "p", "q", "r"]),
        "robot": st.sampled_from([None, None, None, None, "agent"]),
        "device_at": st.sampled_from([None, DAY_ONE, DAY_ONE + timedelta(seconds=1)]),
        "line": st.integers(1, 3),
    }
)
logs = st.lists(rows, min_size=1, max_size=25)
untied_logs = st.lists(rows, min_size=1, max_size=25, unique_by=lambda row: (row["visitor_id"], row["occurred_at"]))


def cut(rows: list[dict[str, object]], way: SessionSettings = PAUSES) -> pl.DataFrame:
    """Make events of rows and cut them by the fast kernel."""
    return sessionize(Event.cast(make_events(rows).select(Event.column_names())), way)


def hand_over(engine: str, sessioned: pl.DataFrame) -> Table:
    """Give an engine the columns of an event that it needs."""
    names = ["event_id", "visitor_id", "channel", "name", "page", "robot", "line"]
    clocks = {f"{name}_ms": pl.col(name).dt.epoch("ms") for name in ("occurred_at", "device_at")}
    enter, _ = ENGINES[engine]
    return enter(sessioned.select(*names, **clocks))


def collect(engine: str, table: Table) -> pl.DataFrame:
    _, leave = ENGINES[engine]
    return leave(table)


@pytest.mark.parametrize("engine", ENGINES)
@settings(deadline=None, max_examples=25)
@given(logs, st.booleans())
def test_sessions_and_steps_are_those_of_sessionize(engine: str, rows: list[dict[str, object]], exact: bool) -> None:
    way = SessionSettings(pause_minutes=30, exact_pause_cuts=exact)
    fast = cut(rows, way)
    portable = collect(engine, number_sessions(hand_over(engine, fast), way))
    session = (pl.col("step") == 1).cum_sum().over("visitor_id").cast(pl.Int64).alias("session")
    wanted = fast.select("event_id", "visitor_id", session, "step").sort("event_id")
    assert portable.select(wanted.columns).sort("event_id").equals(wanted)


@pytest.mark.parametrize("engine", ENGINES)
@settings(deadline=None, max_examples=25)
@given(logs)
def test_transitions_are_the_edges_of_count_edges(engine: str, rows: list[dict[str, object]]) -> None:
    fast = cut(rows)
    portable = collect(engine, count_transitions(number_sessions(hand_over(engine, fast), PAUSES)))
    wanted = count_edges(Sessioned.cast(fast)).select("channel", "source", "target", "clicks", "sessions")
    assert portable.select(wanted.columns).sort("channel", "source", "target").equals(wanted)


@pytest.mark.parametrize("engine", ENGINES)
@settings(deadline=None, max_examples=25)
@given(untied_logs, FUNNELS)
def test_levels_are_those_of_measure_levels(
    engine: str, rows: list[dict[str, object]], funnel: FunnelDefinition
) -> None:
    fast = cut(rows)
    portable = collect(engine, reach_levels(hand_over(engine, fast), funnel))
    wanted = measure_levels(Sessioned.cast(fast), funnel, DAY_ONE + timedelta(days=1)).select("entrant", "level")
    assert portable.select(wanted.columns).sort("entrant").equals(wanted)


@pytest.mark.parametrize("way", [SessionSettings(preset="posthog"), SessionSettings(login=True)])
def test_rules_that_a_cluster_cannot_follow_are_refused(way: SessionSettings) -> None:
    with pytest.raises(BadInput, match=r"longest_hours|login"):
        number_sessions(pl.LazyFrame(), way)
