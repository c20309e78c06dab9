"""Cuts that hang on the session so far, in long runs of them."""

from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from ingest import Event, SessionSettings, sessionize, settle
from tests.drawing import DAY_ONE, make_events
from tests.slow_sessions import cut_slowly

CHANGEABLE = SessionSettings(campaign=True, login=True, longest_hours=1, endings=("purchase",), midnight=True)


def draw_restless(seed: int, events: int):
    """Draw visitors who hardly ever pause and change campaigns, customers and moods all the time."""
    random = np.random.default_rng(seed)
    seconds = np.cumsum(random.choice([0, 1, 60, 600, 1800, 1801], events, p=[0.1, 0.4, 0.3, 0.15, 0.04, 0.01]))
    columns = {
        "visitor_id": random.choice(["ann", "bob"], events, p=[0.9, 0.1]),
        "campaign": random.choice(np.array([None, "spring", "autumn"]), events),
        "customer_id": random.choice(np.array([None, "c1", "c2"]), events),
        "name": random.choice(["page_view", "purchase"], events, p=[0.95, 0.05]),
    }
    rows = pl.DataFrame({name: values.tolist() for name, values in columns.items()}).to_dicts()
    times = [DAY_ONE + timedelta(seconds=int(second)) for second in seconds]
    table = make_events(row | {"occurred_at": time} for row, time in zip(rows, times, strict=True))
    return Event.cast(table.select(Event.column_names()))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "way",
    [
        CHANGEABLE,
        SessionSettings(longest_hours=0.5),
        SessionSettings(campaign=True, passive=("purchase",)),
        SessionSettings(login=True, longest_hours=2),
    ],
)
def test_long_runs_of_changes_are_cut_as_in_a_slow_walk(seed: int, way: SessionSettings):
    events = draw_restless(seed, 2_000)
    fast = sessionize(events, way).select("visitor_id", "event_id", "session_id", "step", "cut")
    assert fast.rows() == list(cut_slowly(events, settle(way)))


def test_a_visitor_who_changes_campaigns_with_every_event_has_a_session_for_each():
    events = make_events(
        {"occurred_at": DAY_ONE + timedelta(seconds=number), "campaign": "ab"[number % 2]} for number in range(5_000)
    )
    sessioned = sessionize(Event.cast(events.select(Event.column_names())), SessionSettings(campaign=True))
    assert sessioned["cut"].to_list() == ["first", *["campaign"] * 4_999]
