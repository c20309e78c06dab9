"""Keystones by hand."""

import pytest

from paths import GoalSettings, count_edges, rank_keystones, read_steps, walk_to_goal
from tests.drawing import draw


def test_a_page_that_leads_to_itself_by_way_of_another_is_left_once() -> None:
    """Of a → b → a → goal and a → b: N[a, a] = 1 / (1 − 1/2 · 2/3 …) by hand: a is passed by all, b by two of three."""
    events = draw("""
        session | visitor | time  | page | name
        s1      | ann     | 08:00 | a    | page_view
        s1      | ann     | 08:01 | b    | page_view
        s1      | ann     | 08:02 | a    | page_view
        s1      | ann     | 08:03 | done | purchase
        s2      | bob     | 08:00 | a    | page_view
        s2      | bob     | 08:01 | b    | page_view
        s3      | cat     | 08:00 | a    | page_view
        s3      | cat     | 08:01 | done | purchase
    """)
    goal = GoalSettings(min_sessions=1)
    a, b = rank_keystones(count_edges(walk_to_goal(read_steps(events), goal)), goal).iter_rows(named=True)
    assert (a["page"], a["visits"], a["passing"], a["loss"]) == ("a", 4, 1.0, 1.0)
    assert a["onward"] == pytest.approx(2 / 3)
    assert b["onward"] == pytest.approx(1 / 2 * 2 / 3)
    assert b["goal_share_without"] == pytest.approx(2 / 4)
    assert b["loss"] == pytest.approx(1 - (2 / 4) / (2 / 3))


def test_the_pages_that_could_cost_the_most_are_told_where_there_are_very_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("paths.roles.keystones.MOST_PAGES", 1)
    events = draw(
        "session | time | page | name \n s1 | 08:00 | a | page_view \n s1 | 08:01 | b | page_view \n s1 | 08:02 | d | purchase"
    )
    goal = GoalSettings(min_sessions=1)
    assert rank_keystones(count_edges(walk_to_goal(read_steps(events), goal)), goal)["page"].to_list() == ["a"]
