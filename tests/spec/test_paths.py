"""Path graph, landmarks and next clicks, as a product owner understands them."""

import polars as pl
import pytest

from paths import PathSettings, count_edges, count_next_clicks, rank_landmarks, rank_next_clicks
from tests.drawing import draw

EVENING = """
    session | visitor | time  | page
    s1      | ann     | 08:00 | home
    s1      | ann     | 08:01 | plans
    s1      | ann     | 08:02 | plans
    s1      | ann     | 08:04 | plan
    s2      | bob     | 08:00 | home
    s2      | bob     | 08:01 | bill
    s3      | cat     | 08:00 | home
    s3      | cat     | 08:03 | plans
"""


def test_edges_tell_where_customers_walk_from_entry_to_exit() -> None:
    edges = count_edges(draw(EVENING))
    assert edges.select("source", "target", "clicks", "sessions", "share_out", "share_in", "median_seconds").rows() == [
        ("(entry)", "home", 3, 3, 1.0, 1.0, None),
        ("bill", "(exit)", 1, 1, 1.0, 1 / 3, None),
        ("home", "bill", 1, 1, 1 / 3, 1.0, 60.0),
        ("home", "plans", 2, 2, 2 / 3, 1.0, 120.0),
        ("plan", "(exit)", 1, 1, 1.0, 1 / 3, None),
        ("plans", "(exit)", 1, 1, 0.5, 1 / 3, None),
        ("plans", "plan", 1, 1, 0.5, 1.0, 180.0),
    ]


def test_a_reload_is_no_click_unless_asked_for() -> None:
    def reloads(settings: PathSettings) -> int:
        edges = count_edges(draw(EVENING), settings)
        return edges.filter(source="plans", target="plans").height

    assert reloads(PathSettings()) == 0
    assert reloads(PathSettings(repeats="kept")) == 1


def test_lift_tells_which_pages_a_source_prefers_and_one_is_as_if_pages_did_not_matter() -> None:
    """Ten clicks in all: home leads to plans in 2 of its 3, and 2 of all 10 clicks come to plans."""
    edges = count_edges(draw(EVENING)).filter(source="home")
    assert edges.select("target", "share_of_all").rows() == [("bill", 0.1), ("plans", 0.2)]
    assert edges["lift"].to_list() == pytest.approx([(1 / 3) / (1 / 10), (2 / 3) / (2 / 10)])


def test_the_slow_clicks_are_told_beside_the_usual_one() -> None:
    waits = "\n".join(f"s{n} | v{n} | 08:00:00 | a \n s{n} | v{n} | 08:00:{n:02} | b" for n in range(1, 22))
    edge = count_edges(draw("session | visitor | time | page\n" + waits)).row(
        by_predicate=pl.col("source") == "a", named=True
    )
    assert (edge["clicks"], edge["median_seconds"], edge["p95_seconds"]) == (21, 11.0, 20.0)


def test_a_run_of_reloads_is_timed_by_its_first_event_or_by_its_last() -> None:
    def wait_for_plan(settings: PathSettings) -> float:
        edges = count_edges(draw(EVENING), settings)
        return edges.row(by_predicate=pl.col("target") == "plan", named=True)["median_seconds"]

    assert wait_for_plan(PathSettings(time_of_run="first")) == 180.0
    assert wait_for_plan(PathSettings(time_of_run="last")) == 120.0
    assert wait_for_plan(PathSettings(repeats="kept")) == 120.0


def test_sessions_are_counted_once_however_often_they_go_to_and_fro() -> None:
    edges = count_edges(
        draw("""
            time  | page
            08:00 | a
            08:01 | b
            08:02 | a
            08:03 | b
        """)
    )
    assert edges.filter(source="a", target="b").select("clicks", "sessions").row(0) == (2, 1)


def test_events_without_a_page_and_robots_are_passed_over() -> None:
    edges = count_edges(
        draw("""
            visitor | time  | page | robot
            ann     | 08:00 | a    |
            ann     | 08:01 |      |
            ann     | 08:02 | b    |
            bot     | 08:00 | a    | user agent
            bot     | 08:02 | c    | user agent
        """)
    )
    assert edges.select("source", "target", "clicks").rows() == [("(entry)", "a", 1), ("a", "b", 1), ("b", "(exit)", 1)]


def test_a_session_belongs_to_the_channel_of_its_first_event() -> None:
    edges = count_edges(
        draw("""
            session | time  | page | channel
            s       | 08:00 |      | app
            s       | 08:01 | a    | web
        """)
    )
    assert set(edges["channel"]) == {"app"}


def test_a_page_where_sessions_end_too_often_is_a_dead_end_and_a_page_where_ways_meet_is_a_hub() -> None:
    visits = [["home", "plans", "home", "bill", "home", "help"], ["plans", "home", "plan", "home"]] * 40
    rows = "\n".join(
        f"s{number} | v{number} | 08:{minute:02} | {page}"
        for number, pages in enumerate(visits)
        for minute, page in enumerate(pages)
    )
    roles = rank_landmarks(count_edges(draw("session | visitor | time | page\n" + rows)))
    found = dict(roles.select("page", "role").iter_rows())
    assert found == {"home": "hub", "help": "dead_end", "plans": None, "bill": None, "plan": None}
    assert roles["page"][0] == "home"


def test_little_traffic_proves_nothing() -> None:
    assert rank_landmarks(count_edges(draw(EVENING)))["role"].to_list() == [None] * 4


def test_the_next_click_counts_only_those_who_went_on() -> None:
    clicks = count_next_clicks(count_edges(draw(EVENING)))
    assert clicks.select("page", "next_page", "rank", "clicks", "out_of").rows() == [
        ("home", "plans", 1, 2, 3),
        ("home", "bill", 2, 1, 3),
        ("plans", "plan", 1, 1, 1),
    ]
    assert clicks["low"][0] == pytest.approx(0.2077, abs=1e-4)
    assert clicks["high"][0] == pytest.approx(0.9385, abs=1e-4)


def test_the_served_list_holds_the_most_common_next_pages_of_each_channel_and_never_entry_or_exit() -> None:
    lists = rank_next_clicks(count_next_clicks(count_edges(draw(EVENING))))
    ranking = lists.rank_targets("web\thome")
    assert lists.targets[ranking.target].tolist() == ["plans", "bill"]
    assert ranking.together.tolist() == [2, 1]
    assert ranking.alone == 3
    assert lists.rank_targets("app\thome").target.size == 0
    assert not {"(entry)", "(exit)"} & set(lists.targets.tolist())
