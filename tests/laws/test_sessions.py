"""What is true of every visitor's sessions."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import (
    ORDER,
    Event,
    Session,
    Sessioned,
    SessionRules,
    SessionSettings,
    sessionize,
    settle,
    summarize_sessions,
)
from tests.drawing import DAY_ONE, make_events
from tests.slow_sessions import cut_slowly

# Around midnight in Shanghai, in steps of five minutes, some a millisecond later: gaps of exactly 10 and 30 minutes.
moments = st.tuples(st.integers(0, 60), st.sampled_from([0, 0, 0, 1])).map(
    lambda drawn: DAY_ONE + timedelta(hours=14, minutes=5 * drawn[0], milliseconds=drawn[1])
)
rows = st.fixed_dictionaries({
    "visitor_id": st.sampled_from(["ann", "ann", "bob"]),
    "occurred_at": moments,
    "device_at": st.sampled_from([None, None, DAY_ONE, DAY_ONE + timedelta(minutes=1)]),
    "customer_id": st.sampled_from([None, None, "c1", "c2"]),
    "name": st.sampled_from(["page_view", "page_view", "search", "purchase", "user_engagement"]),
    "page": st.sampled_from([None, "home", "bill"]),
    "campaign": st.sampled_from([None, None, "spring", "autumn"]),
    "line": st.integers(1, 3),
})  # fmt: skip
logs = st.lists(rows, min_size=1, max_size=30)
ways = st.builds(
    SessionSettings,
    pause_minutes=st.sampled_from([10, 30]),
    exact_pause_cuts=st.booleans(),
    midnight=st.booleans(),
    campaign=st.booleans(),
    login=st.booleans(),
    separators=st.sampled_from([(), ("search",)]),
    endings=st.sampled_from([(), ("purchase",)]),
    longest_hours=st.sampled_from([0, 0.5, 1]),
    passive=st.sampled_from([(), ("user_engagement",)]),
    zone=st.sampled_from(["Asia/Shanghai", "UTC"]),
)
many = settings(max_examples=80, deadline=None)
some = settings(max_examples=40, deadline=None)
PLAIN = SessionSettings()


def make_table(rows):
    return Event.cast(make_events(rows).select(Event.column_names()))


def cut(rows, way=PLAIN):
    return sessionize(make_table(rows), way)


def list_cuts(rows, way):
    return set(cut(rows, way).filter(pl.col("step") == 1)["event_id"])


def name_slowly(sessioned):
    """Name each event's person by the customers of its session."""
    known = {}
    for row in sessioned:
        known.setdefault(row["session_id"], set()).update({row["raw"]} - {None})
    for row in sessioned:
        customers = known[row["session_id"]]
        yield customers.copy().pop() if len(customers) == 1 else row["raw"] or row["visitor_id"]


@given(logs, ways)
@settings(max_examples=250, deadline=None)
def test_sessions_are_those_of_a_slow_walk_from_event_to_event(rows, way):
    fast = cut(rows, way).select("visitor_id", "event_id", "session_id", "step", "cut")
    assert fast.rows() == list(cut_slowly(make_table(rows), settle(way)))


@given(logs, ways)
@some
def test_persons_are_those_of_a_slow_look_at_each_session(rows, way):
    table = make_table(rows)
    fast = sessionize(table, way).join(
        table.select("event_id", raw="customer_id"), on="event_id", maintain_order="left"
    )
    assert fast["person_id"].to_list() == list(name_slowly(fast.to_dicts()))


@given(logs, ways, st.randoms(), st.integers(1, 5))
@some
def test_neither_the_order_of_the_log_nor_its_chunks_matter(rows, way, random, size):
    table = make_table(rows)
    order = list(range(len(rows)))
    random.shuffle(order)
    shuffled = table[order]
    pieces = pl.concat([shuffled[at : at + size] for at in range(0, len(rows), size)], rechunk=False)
    assert sessionize(table, way).equals(sessionize(Event.cast(pieces), way))
    assert summarize_sessions(sessionize(table, way)).equals(
        summarize_sessions(Sessioned.cast(sessionize(table, way)[order]))
    )


ROOT = str(Path(__file__).parents[2])
WALK = """
import sys
from ingest import Event, SessionSettings, sessionize, summarize_sessions
from tests.drawing import draw
events = draw('''
    visitor | time     | campaign
    ann     | 15:50    | spring
    ann     | 16:00    |
    ann     | 16:10    | autumn
    ann     | 2 04:59  |
    ann     | 2 05:01  |
''').select(Event.column_names())
sessioned = sessionize(Event.cast(events), SessionSettings(preset="matomo"))
sys.stdout.write(sessioned.write_csv() + summarize_sessions(sessioned).write_csv())
"""


def test_the_time_zone_of_the_machine_does_not_matter():
    zones = ["UTC", "America/New_York", "Asia/Shanghai"]
    told = {
        subprocess.run(
            [sys.executable, "-c", WALK],
            env=os.environ | {"TZ": zone, "PYTHONPATH": ROOT},
            cwd=ROOT,
            capture_output=True,
            check=True,
        ).stdout
        for zone in zones
    }
    assert len(told) == 1
    assert told.pop().count(b"midnight") == 2


@given(logs, ways)
@many
def test_every_event_is_in_one_session_of_its_visitor(rows, way):
    sessioned = cut(rows, way)
    Sessioned.validate(sessioned)
    assert sorted(sessioned["event_id"]) == sorted(make_table(rows)["event_id"])
    assert sessioned.group_by("session_id").agg(pl.col("visitor_id").n_unique())["visitor_id"].eq(1).all()


@given(logs)
@some
def test_gaps_within_a_session_are_short_and_between_sessions_long(rows):
    ordered = cut(rows).sort("visitor_id", *ORDER)
    gap = ordered["occurred_at"].diff()
    same_visitor = ordered["visitor_id"] == ordered["visitor_id"].shift()
    same_session = ordered["session_id"] == ordered["session_id"].shift()
    limit = timedelta(minutes=30)
    assert (gap.filter(same_session) <= limit).all()
    assert (gap.filter(same_visitor & ~same_session) > limit).all()


@given(logs, ways)
@some
def test_steps_count_from_one_without_a_hole_and_sums_agree(rows, way):
    sessioned = cut(rows, way)
    sessions = summarize_sessions(sessioned)
    Session.validate(sessions)
    for (session_id,), group in sessioned.group_by("session_id", maintain_order=True):
        assert (group["step"].to_numpy() == np.arange(1, len(group) + 1)).all()
        summed = sessions.row(by_predicate=pl.col("session_id") == session_id, named=True)
        assert summed["events"] == len(group)
        assert summed["cut"] == group["cut"][0]
        assert summed["session_id"] == group["event_id"][0]
        customers = set(group["customer_id"])
        assert summed["customer_id"] == (customers.pop() if len(customers) == 1 else None)
    assert (sessions.group_by("visitor_id").agg(first=(pl.col("cut") == "first").sum())["first"] == 1).all()


@given(logs, ways)
@many
def test_no_session_breaks_a_rule_that_is_on(rows, way):
    rules = settle(way)
    for _, session in cut(rows, way).group_by("session_id", maintain_order=True):
        times, names = session["occurred_at"], session["name"].to_list()
        if rules.longest_hours:
            assert times[-1] - times[0] <= timedelta(hours=rules.longest_hours)
        if rules.midnight:
            assert times.dt.convert_time_zone(rules.zone).dt.date().n_unique() == 1
        if rules.campaign:
            assert session["campaign"].drop_nulls().n_unique() <= 1
        if rules.login:
            assert session["customer_id"].drop_nulls().n_unique() <= 1
        assert not set(names[1:]) & set(rules.separators)
        assert not set(names[:-1]) & set(rules.endings)


@given(logs, ways)
@many
def test_what_lies_before_a_long_gap_does_not_matter_to_what_comes_after(rows, way):
    whole, parts = cut(rows, way), []
    for burst in list_bursts(make_table(rows), timedelta(minutes=settle(way).pause_minutes)):
        seen = pl.concat([pl.Series("visitor_id", [], pl.String), *(part["visitor_id"] for part in parts)])
        parts.append(sessionize(burst, way, seen))
    assert pl.concat(parts).sort("visitor_id", *ORDER).equals(whole)


def list_bursts(table, limit):
    """List each visitor's events between gaps longer than the limit."""
    ordered = table.sort("visitor_id", *ORDER)
    gap = (pl.col("occurred_at").diff() > limit) | pl.col("visitor_id").ne_missing(pl.col("visitor_id").shift())
    numbered = ordered.with_columns(burst=gap.fill_null(True).cum_sum())
    return [Event.cast(part.drop("burst")) for part in numbered.partition_by("burst", maintain_order=True)]


@given(logs, ways)
@many
def test_further_rules_leave_the_cuts_of_pauses_and_marks_where_they_are(rows, way):
    rules = settle(way)
    pauses = SessionSettings(pause_minutes=rules.pause_minutes, exact_pause_cuts=rules.exact_pause_cuts)
    marks = SessionSettings(**{
        key: getattr(rules, key)
        for key in ("pause_minutes", "exact_pause_cuts", "midnight", "separators", "endings", "passive", "zone")
    })  # fmt: skip
    assert list_cuts(rows, pauses) <= list_cuts(rows, marks) <= list_cuts(rows, way)


@given(logs, ways)
@some
def test_a_reason_is_told_only_of_a_rule_that_is_on(rows, way):
    rules = settle(way)
    on = {
        "first": True, "pause": True, "login": rules.login, "campaign": rules.campaign, "midnight": rules.midnight,
        "separator": bool(rules.separators or rules.endings), "longest": rules.longest_hours > 0,
    }  # fmt: skip
    assert set(cut(rows, way)["cut"].drop_nulls()) <= {name for name, is_on in on.items() if is_on}


@given(ways)
@some
def test_what_is_said_wins_over_what_a_preset_says(way):
    assert settle(
        SessionSettings(preset="matomo", **{key: getattr(way, key) for key in SessionRules.__struct_fields__})
    ) == settle(way)
