"""What is true of every visitor's sessions."""

from datetime import timedelta

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import Event, Session, Sessioned, SessionSettings, sessionize, summarize_sessions
from tests.drawing import DAY_ONE, make_events

moments = st.integers(0, 200).map(lambda minutes: DAY_ONE + timedelta(minutes=minutes))
events = st.lists(
    st.fixed_dictionaries({
        "visitor_id": st.sampled_from(["ann", "bob", "cat"]),
        "occurred_at": moments,
        "customer_id": st.sampled_from([None, "c1", "c2"]),
        "page": st.sampled_from([None, "home", "bill"]),
    }),
    min_size=1,
    max_size=30,
)  # fmt: skip


def cut(rows):
    return sessionize(Event.cast(make_events(rows).select(Event.column_names())), SessionSettings())


@given(events, st.randoms())
@settings(max_examples=80, deadline=None)
def test_the_order_of_the_log_does_not_matter(rows, random):
    table = Event.cast(make_events(rows).select(Event.column_names()))
    order = list(range(len(rows)))
    random.shuffle(order)
    assert sessionize(table, SessionSettings()).equals(sessionize(Event.cast(table[order]), SessionSettings()))


@given(events)
@settings(max_examples=80, deadline=None)
def test_every_event_is_in_one_session_of_its_visitor(rows):
    sessioned = cut(rows)
    Sessioned.validate(sessioned)
    assert len(sessioned) == len(rows)
    assert sessioned.group_by("session_id").agg(pl.col("visitor_id").n_unique())["visitor_id"].eq(1).all()


@given(events)
@settings(max_examples=80, deadline=None)
def test_gaps_within_a_session_are_short_and_between_sessions_long(rows):
    ordered = cut(rows).sort("visitor_id", "occurred_at", "event_id")
    gap = ordered["occurred_at"].diff()
    same_visitor = ordered["visitor_id"] == ordered["visitor_id"].shift()
    same_session = ordered["session_id"] == ordered["session_id"].shift()
    limit = timedelta(minutes=30)
    assert (gap.filter(same_session) <= limit).all()
    assert (gap.filter(same_visitor & ~same_session) > limit).all()


@given(events)
@settings(max_examples=80, deadline=None)
def test_steps_count_from_one_without_a_hole_and_sums_agree(rows):
    sessioned = cut(rows)
    sessions = summarize_sessions(sessioned)
    Session.validate(sessions)
    for (session_id,), group in sessioned.group_by("session_id"):
        steps = np.sort(group["step"].to_numpy())
        assert (steps == np.arange(1, len(group) + 1)).all()
        assert sessions.filter(pl.col("session_id") == session_id)["events"].item() == len(group)
    assert (sessions.group_by("visitor_id").agg(first=(pl.col("cut") == "first").sum())["first"] == 1).all()
