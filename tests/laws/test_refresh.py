"""Laws of the refresh: however events come, the lake's sessions are those of all events cut at once."""

import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import polars as pl
from deltalake import DeltaTable
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from echannel.sessions.refresh import refresh_sessions
from echannel.sessions.rewriting import Portions
from echannel.tree import Settings
from ingest import (
    ORDER,
    Event,
    RobotSettings,
    SessionSettings,
    flag_behaviour,
    sessionize,
    summarize_sessions,
)
from lake import Lake
from tests.drawing import DAY_ONE, make_events

minutes = st.integers(0, 200) | st.sampled_from([30, 60, 90, 14 * 60, 16 * 60, 3_000, 100_000])
rows = st.fixed_dictionaries(
    {
        "visitor_id": st.sampled_from("abc"),
        "occurred_at": minutes.map(lambda minute: DAY_ONE + timedelta(minutes=minute)),
        "device_at": st.none() | st.sampled_from([DAY_ONE, DAY_ONE + timedelta(hours=1)]),
        "received_at": st.integers(0, 3).map(lambda hours: DAY_ONE + timedelta(days=90, hours=hours)),
        "customer_id": st.sampled_from([None, None, "k", "l"]),
        "campaign": st.sampled_from([None, "x", "y"]),
        "name": st.sampled_from(["page_view", "login", "purchase", "user_engagement"]),
        "clock": st.sampled_from([None, None, None, "future"]),
        "robot": st.sampled_from([None, None, None, "scanner"]),
        "page": st.sampled_from([None, "home", "list"]),
    }
)
rows_near = rows.filter(lambda row: row["occurred_at"] < DAY_ONE + timedelta(days=7))
"""Rows so near that one which bears another's id is known for the same event."""
rules = st.builds(
    SessionSettings,
    preset=st.sampled_from([None, "ga4", "matomo", "posthog", "volcengine"]),
    pause_minutes=st.sampled_from([None, 10, 30]),
    midnight=st.sampled_from([None, True]),
    campaign=st.sampled_from([None, True]),
    login=st.sampled_from([None, True]),
    endings=st.sampled_from([None, ("purchase",)]),
    separators=st.sampled_from([None, ("login",)]),
    longest_hours=st.sampled_from([None, 1, 2]),
    passive=st.sampled_from([None, ("user_engagement",)]),
).map(lambda sessions: Settings(sessions=sessions, robots=RobotSettings(flood_events=4, flood_seconds=300)))
portions = st.builds(Portions, st.sampled_from([2, 5, 1_000]), st.sampled_from([2, 1_000]), st.sampled_from([1, 3, 50]))
careful = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


def make(drawn: list[dict]) -> pl.DataFrame:
    """Make events of drawn rows: the visitor is the one drawn, whoever the customer."""
    visitors = pl.Series([row["visitor_id"] for row in drawn], dtype=pl.String)
    events = make_events(drawn).with_columns(visitor_id=visitors)
    return Event.cast(events.select(Event.column_names()))


@contextmanager
def open_lake() -> Iterator[Lake]:
    with tempfile.TemporaryDirectory() as folder:
        yield Lake(Path(folder))


def cut_at_once(lake: Lake, settled: Settings) -> tuple[pl.DataFrame, pl.DataFrame]:
    believed = Event.cast(lake.scan("events").filter(pl.col("clock").is_null()).collect())
    sessioned = flag_behaviour(sessionize(believed, settled.sessions), settled.robots)
    return sessioned.sort("visitor_id", *ORDER), summarize_sessions(sessioned).sort("session_id")


def check(lake: Lake, settled: Settings) -> None:
    """Both tables hold what one cut of all events gives."""
    sessioned, sessions = cut_at_once(lake, settled)
    assert lake.scan("sessioned").sort("visitor_id", *ORDER).collect().equals(sessioned)
    assert lake.scan("sessions").sort("session_id").collect().equals(sessions)


@careful
@given(st.lists(rows, min_size=1, max_size=25), st.integers(0, 99), st.integers(1, 5), rules, portions)
def test_late_events_give_the_sessions_of_all_events_at_once(drawn, seed, batches, settled, portions):
    order = random.Random(seed).sample(range(len(drawn)), len(drawn))
    events = make(drawn)
    with open_lake() as lake:
        for batch in range(min(batches, len(drawn))):
            lake.append_new("events", [events[order[batch::batches]]])
            refresh_sessions(lake, settled, portions)
            check(lake, settled)
        assert len(lake.scan("events").collect()) == len(drawn)


@careful
@given(st.lists(rows_near, min_size=2, max_size=20), st.data(), rules, portions)
def test_events_that_go_or_give_way_to_others_leave_no_trace(drawn, data, settled, portions):
    """An event received earlier replaces its like, elsewhere in time; another is deleted."""
    first, second = make(drawn), make(data.draw(st.lists(rows_near, min_size=1, max_size=len(drawn))))
    gone = data.draw(st.sampled_from(first["event_id"].to_list()))
    with open_lake() as lake:
        lake.append_new("events", [first])
        refresh_sessions(lake, settled, portions)
        lake.append_new("events", [second])
        refresh_sessions(lake, settled, portions)
        check(lake, settled)
        DeltaTable(lake.folder / "events").delete(f"event_id = '{gone}'")
        refresh_sessions(lake, settled, portions)
        check(lake, settled)
