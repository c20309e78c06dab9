"""Laws of the refresh: however events come, the lake's sessions are those of all events cut at once."""

import tempfile
from datetime import timedelta
from pathlib import Path

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from echannel.refresh import read_sessioned, refresh_sessions
from echannel.rewriting import Portions
from echannel.tree import Settings
from ingest import (
    ORDER,
    Event,
    IdentityLink,
    RobotSettings,
    SessionSettings,
    flag_behaviour,
    link_devices,
    name_persons,
    sessionize,
    summarize_sessions,
)
from lake import Lake
from tests.drawing import DAY_ONE, make_events


@st.composite
def draw_events(draw: st.DrawFn) -> pl.DataFrame:
    """Draw events of a few visitors: near one another, on the limits, and far apart."""
    minutes = st.one_of(st.integers(0, 200), st.sampled_from([30, 60, 90, 14 * 60, 16 * 60, 3000, 100_000]))
    rows = draw(
        st.lists(
            st.tuples(
                st.sampled_from("abc"), minutes, st.sampled_from([None, "k", "l"]), st.sampled_from([None, "x", "y"]),
                st.sampled_from(["page_view", "login", "purchase", "user_engagement"]),
                st.sampled_from([None, None, None, "future"]), st.sampled_from([None, None, None, "scanner"]),
                st.sampled_from([None, 0, 1]),
            ),
            min_size=1, max_size=25,
        )
    )  # fmt: skip
    names = ("visitor_id", "minute", "customer_id", "campaign", "name", "clock", "robot", "device")
    drawn = [dict(zip(names, row, strict=True)) for row in rows]
    for row in drawn:
        row["occurred_at"] = DAY_ONE + timedelta(minutes=row.pop("minute"))
        device = row.pop("device")
        row["device_at"] = None if device is None else DAY_ONE + timedelta(minutes=device)
        visitor = row["visitor_id"]
        row["received_at"] = DAY_ONE
    events = []
    for number, row in enumerate(drawn, start=1):
        visitor = row.pop("visitor_id")
        events.append({**row, "visitor_id": visitor, "line": number})
    frame = make_events([{**row} for row in events])
    return Event.cast(
        frame.with_columns(visitor_id=pl.Series([row["visitor_id"] for row in events])).select(Event.column_names())
    )


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
)  # fmt: skip


def all_at_once(events: pl.DataFrame, settled: Settings) -> tuple[pl.DataFrame, pl.DataFrame]:
    believed = Event.cast(events.filter(pl.col("clock").is_null()))
    sessioned = flag_behaviour(sessionize(believed, settled.sessions), settled.robots)
    links = link_devices(events.lazy(), IdentityLink.create_empty(), DAY_ONE)
    named = name_persons(sessioned.lazy(), links.lazy()).sort("visitor_id", *ORDER)
    return named.collect(), summarize_sessions(sessioned).sort("session_id")


def stored(lake: Lake, settled: Settings) -> tuple[pl.DataFrame, pl.DataFrame]:
    return read_sessioned(lake, settled), lake.scan("sessions").sort("session_id").collect()


def check(lake: Lake, events: pl.DataFrame, settled: Settings) -> None:
    for kept, made in zip(stored(lake, settled), all_at_once(events, settled), strict=True):
        assert kept.equals(made)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    events=draw_events(),
    order=st.randoms(use_true_random=False),
    batches=st.integers(1, 5),
    sessions=rules,
    window=st.sampled_from([2, 5, 1000]),
)
def test_late_events_give_the_sessions_of_all_events_at_once(events, order, batches, sessions, window):
    settled = Settings(sessions=sessions, robots=RobotSettings(flood_events=4, flood_seconds=300))
    shuffled = list(range(len(events)))
    order.shuffle(shuffled)
    with tempfile.TemporaryDirectory() as folder:
        lake = Lake(Path(folder))
        for start in range(batches):
            part = events[shuffled[start::batches]]
            if len(part):
                lake.append_new("events", [part])
                refresh_sessions(lake, settled, Portions(window, window, 3))
        check(lake, events, settled)
