"""Keystones by hand."""

import pytest

from paths import GoalSettings, rank_keystones, read_steps, walk_to_goal
from tests.drawing import draw

ANY = GoalSettings(min_sessions=1)


def test_a_page_seen_twice_by_a_session_counts_once_and_what_comes_after_the_goal_does_not() -> None:
    events = draw("""
        session | visitor | channel | time  | page | name
        s1      | ann     | web     | 08:00 | a    | page_view
        s1      | ann     | web     | 08:01 | b    | page_view
        s1      | ann     | web     | 08:02 | a    | page_view
        s1      | ann     | web     | 08:03 | done | purchase
        s1      | ann     | web     | 08:04 | c    | page_view
        s2      | bob     | web     | 08:00 | a    | page_view
        s2      | bob     | web     | 08:01 | b    | page_view
        s3      | cat     | web     | 08:00 | a    | page_view
        s3      | cat     | web     | 08:01 | done | purchase
        s4      | dan     | app     | 08:00 | a    | page_view
    """)
    a, b = rank_keystones(walk_to_goal(read_steps(events), ANY), ANY).iter_rows(named=True)
    assert (a["page"], a["sessions"], a["goals"], a["loss"], a["high"]) == ("a", 3, 2, 1.0, 1.0)
    assert a["onward"] == pytest.approx(2 / 3)
    assert (b["page"], b["sessions"], b["goals"], b["onward"], b["loss"]) == ("b", 2, 1, 0.5, 0.5)
    assert (b["goal_share"], b["goal_share_without"]) == pytest.approx((2 / 3, 1 / 3))


def test_the_goal_at_once_hangs_on_no_page() -> None:
    events = draw("session | time | page | name \n s1 | 08:00 | done | purchase \n s1 | 08:01 | a | page_view")
    assert rank_keystones(walk_to_goal(read_steps(events), ANY), ANY).height == 0
