"""How a visitor's events are cut into sessions."""

import polars as pl

from ingest import Event, Session, Sessioned, SessionSettings, sessionize, summarize_sessions
from tests.drawing import draw


def cut(text: str, pause_minutes: float = 30):
    events = draw(text).select(Event.column_names())
    return sessionize(Event.cast(events), SessionSettings(pause_minutes=pause_minutes))


def test_a_pause_of_exactly_thirty_minutes_continues_the_session():
    assert cut("""
        visitor | time
        ann     | 08:00
        ann     | 08:30
    """)["session_id"].to_list() == ["e01", "e01"]


def test_a_longer_pause_begins_a_new_one():
    assert cut("""
        visitor | time
        ann     | 08:00
        ann     | 08:30:00.001
    """)["session_id"].to_list() == ["e01", "e02"]


def test_visitors_do_not_share_sessions():
    assert cut("""
        visitor | time
        ann     | 08:00
        bob     | 08:01
        ann     | 08:02
    """).select("visitor_id", "session_id", "step").rows() == [("ann", "e01", 1), ("ann", "e01", 2), ("bob", "e02", 1)]


def test_the_limit_can_be_set():
    assert (
        cut(
            """
        visitor | time
        ann     | 08:00
        ann     | 08:11
    """,
            pause_minutes=10,
        )["session_id"].n_unique()
        == 2
    )


def test_events_of_one_moment_are_ordered_by_the_clock_of_the_device_then_by_their_lines_then_by_their_ids():
    assert cut("""
        event_id | visitor | time  | device_at | line
        c        | ann     | 08:00 | 07:59:02  | 1
        e        | ann     | 08:00 | 07:59:01  | 3
        d        | ann     | 08:00 | 07:59:01  | 2
        b        | ann     | 08:00 | 07:59:01  | 3
        a        | ann     | 08:00 |           | 4
        z        | ann     | 07:58 | 08:30     | 9
    """)["event_id"].to_list() == ["z", "a", "d", "b", "e", "c"]


def test_a_login_names_the_customer_of_the_whole_session():
    assert cut("""
        visitor | time  | customer_id
        dev     | 08:00 |
        dev     | 08:01 | ann
        dev     | 08:02 |
        dev     | 10:00 |
    """)["person_id"].to_list() == ["ann", "ann", "ann", "dev"]


def test_two_customers_on_one_device_in_one_session_are_kept_apart():
    assert cut("""
        visitor | time  | customer_id
        dev     | 08:00 |
        dev     | 08:01 | ann
        dev     | 08:02 | bob
    """)["person_id"].to_list() == ["dev", "ann", "bob"]


def test_a_session_is_summed_up_with_the_reason_it_began():
    sessions = summarize_sessions(
        cut("""
        visitor | time  | page
        ann     | 08:00 | home
        ann     | 08:05 |
        ann     | 08:10 | bill
        ann     | 09:00 | home
    """)
    ).sort("started_at")
    assert sessions.select("events", "entry_page", "exit_page", "cut").rows() == [
        (3, "home", "bill", "first"),
        (1, "home", "home", "pause"),
    ]
    Session.validate(sessions)


def test_no_events_make_no_sessions():
    none = sessionize(Event.create_empty(), SessionSettings())
    assert len(Sessioned.validate(none)) == 0
    assert len(summarize_sessions(none)) == 0


def test_years_of_many_visitors_still_sort_right():
    events = Event.cast(
        pl.DataFrame({"visitor_id": ["b", "a", "b", "a"], "year": [1970, 2099, 2099, 1970]}).with_columns(
            event_id=pl.int_range(4).cast(pl.String), occurred_at=pl.datetime("year", 1, 1, time_zone="UTC"),
            channel=pl.lit("web"), name=pl.lit("page_view"), source=pl.lit("x"), line=pl.lit(1),
            **{name: pl.lit(None) for name in ("received_at", "customer_id", "page", "stage", "item_id", "category", "price", "quantity", "order_id", "slot", "position", "recommendation_id", "referrer", "campaign", "device", "region", "robot", "device_at", "clock", "browser", "system", "extra")},
        )
    )  # fmt: skip
    assert sessionize(events, SessionSettings())["event_id"].to_list() == ["3", "1", "0", "2"]
