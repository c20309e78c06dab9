"""How a visitor's events are cut into sessions."""

import polars as pl

from ingest import Event, Session, Sessioned, SessionSettings, sessionize, summarize_sessions
from tests.drawing import draw


def cut(text: str, **rules):
    events = draw(text).select(Event.column_names())
    return sessionize(Event.cast(events), SessionSettings(**rules))


def why(text: str, **rules):
    """Tell for each event why it begins a session; None where it goes on with one."""
    return cut(text, **rules)["cut"].to_list()


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


def test_midnight_begins_a_new_session_in_the_zone_of_the_operator():
    night = """
        visitor | time
        ann     | 15:59:59.999
        ann     | 16:00
        ann     | 16:10
        bob     | 23:50
        bob     | 2 00:10
    """
    assert why(night, midnight=True) == ["first", "midnight", None, "first", None]
    assert why(night, midnight=True, zone="UTC") == ["first", None, None, "first", "midnight"]


def test_an_event_of_another_campaign_begins_a_new_session():
    assert why(
        """
        visitor | time  | campaign
        ann     | 08:00 | spring
        ann     | 08:01 |
        ann     | 08:02 | spring
        ann     | 08:03 | autumn
        ann     | 08:04 | spring
    """,
        campaign=True,
    ) == ["first", None, None, "campaign", "campaign"]


def test_a_session_without_a_campaign_takes_the_first_that_it_sees():
    assert why(
        """
        visitor | time  | campaign
        ann     | 08:00 |
        ann     | 08:01 | spring
        ann     | 09:00 |
        ann     | 09:01 | autumn
    """,
        campaign=True,
    ) == ["first", None, "pause", None]


def test_the_login_of_another_customer_begins_a_new_session_and_the_first_login_does_not():
    assert why(
        """
        visitor | time  | customer_id
        dev     | 08:00 |
        dev     | 08:01 | ann
        dev     | 08:02 |
        dev     | 08:03 | bob
        dev     | 08:04 |
        dev     | 08:05 | bob
    """,
        login=True,
    ) == ["first", None, None, "login", None, None]


def test_a_separator_is_the_first_event_of_its_session():
    assert why(
        """
        visitor | time  | name
        ann     | 08:00 | search
        ann     | 08:01 | page_view
        ann     | 08:02 | search
        ann     | 08:03 | search
    """,
        separators=("search",),
    ) == ["first", None, "separator", "separator"]


def test_an_ending_event_is_the_last_of_its_session():
    assert why(
        """
        visitor | time  | name
        ann     | 08:00 | page_view
        ann     | 08:01 | purchase
        ann     | 08:02 | page_view
        bob     | 08:00 | purchase
        cat     | 08:00 | page_view
    """,
        endings=("purchase",),
    ) == ["first", None, "separator", "first", "first"]


def test_no_event_lies_further_behind_the_first_of_its_session_than_the_longest_length():
    assert why(
        """
        visitor | time
        ann     | 08:00
        ann     | 08:30
        ann     | 09:00
        ann     | 09:00:00.001
        ann     | 09:30
        ann     | 10:00
        ann     | 10:00:00.001
        ann     | 10:00:00.002
    """,
        longest_hours=1,
    ) == ["first", None, None, "longest", None, None, None, "longest"]


def test_a_heartbeat_does_not_keep_a_session_alive():
    beats = """
        visitor | time  | name
        ann     | 08:00 | page_view
        ann     | 08:20 | user_engagement
        ann     | 08:31 | page_view
    """
    assert why(beats, passive=("user_engagement",)) == ["first", None, "pause"]
    assert why(beats) == ["first", None, None]


def test_heartbeats_of_a_page_left_open_make_one_session_of_their_own_until_somebody_does_something():
    assert why(
        """
        visitor | time  | name
        ann     | 08:00 | page_view
        ann     | 08:25 | user_engagement
        ann     | 08:40 | user_engagement
        ann     | 09:05 | user_engagement
        ann     | 09:30 | user_engagement
        ann     | 09:31 | page_view
        ann     | 09:55 | user_engagement
    """,
        passive=("user_engagement",),
    ) == ["first", None, "pause", None, None, "pause", None]


def test_a_heartbeat_after_a_long_silence_begins_a_session_that_an_event_soon_after_it_goes_on_with():
    assert why(
        """
        visitor | time  | name
        ann     | 08:00 | user_engagement
        ann     | 08:20 | page_view
        ann     | 10:00 | user_engagement
        ann     | 10:20 | user_engagement
        ann     | 10:31 | page_view
    """,
        passive=("user_engagement",),
    ) == ["first", None, "pause", None, "pause"]


def test_of_several_reasons_what_the_visitor_did_is_told_before_what_the_clock_did():
    rules = {"midnight": True, "campaign": True, "login": True, "separators": ("search",), "longest_hours": 0.5}
    assert why(
        """
        visitor | time  | name      | campaign | customer_id
        dev     | 13:00 | page_view | spring   | ann
        dev     | 16:00 | search    | autumn   | bob
        dev     | 16:05 | search    | spring   | ann
        dev     | 16:10 | search    | autumn   | ann
        dev     | 16:15 | search    | autumn   | ann
        dev     | 2 15:45 | page_view |        | ann
        dev     | 2 16:00 | search  |          | ann
        dev     | 3 15:45 | page_view |        | ann
        dev     | 3 15:59 | page_view |        | ann
        dev     | 3 16:15:00.001 | page_view | | ann
    """,
        **rules,
    ) == ["first", "pause", "login", "campaign", "separator", "pause", "separator", "pause", None, "midnight"]


def test_the_first_event_here_of_a_visitor_seen_before_follows_a_pause():
    events = Event.cast(draw("""
        visitor | time
        ann     | 08:00
        bob     | 08:00
    """).select(Event.column_names()))  # fmt: skip
    sessioned = sessionize(events, SessionSettings(), seen=pl.Series(["ann", "zoe"]))
    assert sessioned["cut"].to_list() == ["pause", "first"]


def test_a_login_names_the_customer_of_the_whole_session():
    assert cut("""
        visitor | time  | customer_id
        dev     | 08:00 |
        dev     | 08:01 | ann
        dev     | 08:02 |
        dev     | 10:00 |
    """)["person_id"].to_list() == ["ann", "ann", "ann", "dev"]


def test_two_customers_on_one_device_in_one_session_are_kept_apart_and_what_lies_between_is_nobodys():
    sessioned = cut("""
        visitor | time  | customer_id
        dev     | 08:00 |
        dev     | 08:01 | ann
        dev     | 08:02 |
        dev     | 08:03 | bob
    """)
    assert sessioned["person_id"].to_list() == ["dev", "ann", "dev", "bob"]
    assert summarize_sessions(sessioned).select("customer_id", "person_id").rows() == [(None, "dev")]


def test_two_customers_whose_sessions_are_cut_at_the_login_have_one_each():
    sessioned = cut(
        """
        visitor | time  | customer_id
        dev     | 08:00 |
        dev     | 08:01 | ann
        dev     | 08:02 |
        dev     | 08:03 | bob
    """,
        login=True,
    )
    assert sessioned["person_id"].to_list() == ["ann", "ann", "ann", "bob"]
    assert summarize_sessions(sessioned)["customer_id"].to_list() == ["ann", "bob"]


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
            **{name: pl.lit(None) for name in ("received_at", "customer_id", "page", "stage", "item_id", "category", "price", "quantity", "order_id", "slot", "position", "recommendation_id", "propensity", "referrer", "campaign", "device", "region", "robot", "device_at", "clock", "browser", "system", "extra")},
        )
    )  # fmt: skip
    assert sessionize(events, SessionSettings())["event_id"].to_list() == ["3", "1", "0", "2"]
