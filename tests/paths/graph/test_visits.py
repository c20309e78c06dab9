"""Visits are read whole, wherever their rows lie."""

from datetime import UTC, datetime

import polars as pl

from ingest import Sessioned
from paths import PathSettings, count_edges, read_visits
from tests.drawing import draw

WALK = """
    session | visitor | time  | page
    s1      | ann     | 08:00 | a
    s1      | ann     | 08:01 | b
    s1      | ann     | 08:02 | c
    s2      | bob     | 08:00 | a
"""


def test_a_session_whose_rows_lie_apart_is_one_session() -> None:
    events = draw(WALK)
    torn = events[[1, 3, 0, 2]]
    assert count_edges(torn).equals(count_edges(events))
    assert count_edges(torn).filter(source="(entry)")["clicks"].sum() == 2


def test_a_session_whose_first_event_is_a_robots_is_read_from_the_next() -> None:
    events = draw("time | page | robot \n 08:00 | a | agent \n 08:01 | b | \n 08:02 | c |")
    assert count_edges(events).filter(source="(entry)")["target"].to_list() == ["b"]


def test_visits_that_were_read_may_be_counted_again_and_with_other_settings() -> None:
    visits = read_visits(draw("time | page \n 08:00 | a \n 08:01 | a"))
    assert count_edges(visits, PathSettings(repeats="kept")).height == 3
    assert count_edges(visits).height == 2
    assert read_visits(visits) is visits


def test_an_event_of_1970_is_counted_like_any_other() -> None:
    events = draw("session | time | page \n s | 08:00 | a \n s | 08:01 | b")
    early = Sessioned.cast(events.with_columns(occurred_at=pl.lit(datetime(1970, 1, 1, tzinfo=UTC))))
    assert count_edges(early).filter(source="a")["median_seconds"].item() == 0.0
