import polars as pl
import pytest

from ingest import Event, Touched, find_touched, split_open
from tests.drawing import at, draw

PAUSE = 30 * 60_000_000


def us(text: str) -> int:
    return int(at(text).timestamp()) * 1_000_000


def sessions(*rows: tuple[str, str, str, str]) -> pl.DataFrame:
    """Draw stored sessions: id, visitor, start, end."""
    return pl.DataFrame(
        [{"session_id": name, "visitor_id": who, "starts": us(start), "ends": us(end), "events": 2} for name, who, start, end in rows],
        schema={"session_id": pl.String, "visitor_id": pl.String, "starts": pl.Int64, "ends": pl.Int64, "events": pl.Int64},
    )  # fmt: skip


def points(*rows: tuple[str, str], gone: bool = False) -> pl.DataFrame:
    return pl.DataFrame([{"visitor_id": who, "at": us(time), "gone": gone} for who, time in rows])


def names(touched: Touched) -> list[str]:
    return sorted(touched.sessions["session_id"])


MORNINGS = sessions(
    ("s1", "ann", "1 08:00", "1 08:10"), ("s2", "ann", "2 08:00", "2 08:10"), ("s3", "bob", "2 08:00", "2 08:10")
)


@pytest.mark.parametrize(
    ("time", "touches"),
    [
        ("2 08:05", ["s2"]),
        ("2 08:40", ["s2"]),
        ("2 08:41", []),
        ("2 07:30", ["s2"]),
        ("2 07:29", []),
        ("1 07:00", ["s1"]),
    ],
)
def test_an_event_touches_the_sessions_within_a_pause_and_the_one_that_was_first(time, touches):
    assert names(find_touched(MORNINGS, points(("ann", time)), PAUSE)) == touches


def test_sessions_that_a_rule_cut_without_a_pause_are_touched_together():
    cut = sessions(
        ("s1", "ann", "1 08:00", "1 08:10"), ("s2", "ann", "1 08:20", "1 08:30"), ("s3", "ann", "1 09:00", "1 09:10")
    )
    assert names(find_touched(cut, points(("ann", "1 08:01")), PAUSE)) == ["s1", "s2", "s3"]


def test_new_events_may_chain_to_a_session_by_one_another():
    late = points(("ann", "2 07:35"), ("ann", "2 07:10"))
    touched = find_touched(MORNINGS.filter(visitor_id="ann"), late, PAUSE)
    assert names(touched) == ["s2"]
    assert touched.spans.rows() == [("ann", us("2 07:10"), us("2 08:10"))]
    assert (touched.seen.to_list(), touched.events) == (["ann"], 4)


def test_of_a_visitor_of_whom_events_went_all_is_touched():
    touched = find_touched(MORNINGS.filter(visitor_id="ann"), points(("ann", "2 08:00"), gone=True), PAUSE)
    assert names(touched) == ["s1", "s2"]
    assert touched.seen.to_list() == []


def test_bursts_that_may_go_on_wait():
    events = Event.cast(
        draw("""
            event_id | visitor | time
            a1       | ann     | 08:00
            a2       | ann     | 08:31
            a3       | ann     | 08:45
            b1       | bob     | 08:30
            c1       | cid     | 08:29
        """).select(Event.column_names())
    )
    over, waiting = split_open(events, PAUSE, us("09:00"))
    assert (over["event_id"].to_list(), waiting["event_id"].to_list()) == (["a1", "c1"], ["a2", "a3", "b1"])
