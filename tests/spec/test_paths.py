"""Path graph, landmarks and next clicks, as a product owner understands them."""

import polars as pl
import pytest

from paths import (
    PathSettings,
    compare_edges,
    compare_steps,
    count_contexts,
    count_edges,
    count_flows,
    count_next_clicks,
    count_steps,
    prune_edges,
    rank_landmarks,
    rank_next_clicks,
    trace_page,
)
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


def test_a_context_remembers_the_page_before_and_says_whether_that_matters() -> None:
    """Those who come to the cart from a plan buy, those who come from the bill leave: the page before tells."""
    contexts = count_contexts(
        draw("""
            session | visitor | time  | page
            s1      | ann     | 08:00 | plan
            s1      | ann     | 08:01 | cart
            s1      | ann     | 08:02 | pay
            s2      | bob     | 08:00 | bill
            s2      | bob     | 08:01 | cart
        """)
    ).filter(source="cart")
    assert contexts.select("before", "target", "clicks", "share_out", "share_without_memory", "lift").rows() == [
        ("bill", "(exit)", 1, 1.0, 0.5, 2.0),
        ("plan", "pay", 1, 1.0, 0.5, 2.0),
    ]


def test_a_step_table_tells_where_sessions_are_at_each_step_and_how_many_have_ended() -> None:
    steps = count_steps(draw(EVENING), PathSettings(most_steps=4))
    assert steps.select("step", "page", "sessions", "share").rows() == [
        (1, "home", 3, 1.0),
        (2, "bill", 1, 1 / 3),
        (2, "plans", 2, 2 / 3),
        (3, "(exit)", 2, 2 / 3),
        (3, "plan", 1, 1 / 3),
        (4, "(exit)", 3, 1.0),
    ]


def test_flows_follow_sessions_from_the_entry_and_call_all_but_the_busiest_pages_other() -> None:
    picture = count_flows(draw(EVENING), PathSettings(pages_a_depth=1))
    assert picture.table.select("depth", "source", "target", "sessions").rows() == [
        (0, "(entry)", "home", 3),
        (1, "home", "(other)", 1),
        (1, "home", "plans", 2),
        (2, "(other)", "(exit)", 1),
        (2, "plans", "(exit)", 1),
        (2, "plans", "plan", 1),
        (3, "plan", "(exit)", 1),
    ]
    assert (picture.shown, picture.of, picture.share) == (8, 10, 0.8)


def test_flows_from_a_start_page_begin_with_a_sessions_first_visit_there() -> None:
    walks = draw("time | page \n 08:00 | a \n 08:01 | b \n 08:02 | c \n 08:03 | b \n 08:04 | d")
    flows = count_flows(walks, PathSettings(most_depths=2), start="b").table
    assert flows.select("depth", "source", "target").rows() == [(0, "b", "c"), (1, "c", "b")]


def test_flows_to_an_end_page_are_counted_backwards_from_the_last_visit_there() -> None:
    walks = draw("time | page \n 08:00 | a \n 08:01 | b \n 08:02 | c \n 08:03 | b \n 08:04 | d")
    assert count_flows(walks, PathSettings(most_depths=2), end="b").table.select(
        "depth", "source", "target"
    ).rows() == [
        (-2, "b", "c"),
        (-1, "c", "b"),
    ]
    assert count_flows(walks, PathSettings(most_depths=1), end="(exit)").table.select("source", "target").rows() == [
        ("d", "(exit)")
    ]


def test_a_page_nobody_saw_has_no_flows_and_no_ways() -> None:
    assert count_flows(draw(EVENING), start="nowhere").table.height == 0
    assert count_flows(draw(EVENING), end="nowhere").share == 0.0
    assert trace_page(draw(EVENING), "nowhere").height == 0


def test_flows_have_a_start_or_an_end_not_both() -> None:
    with pytest.raises(ValueError, match="leave one of them out"):
        count_flows(draw(EVENING), start="home", end="plan")


VISITS = """
    session | visitor | time  | page | channel | campaign | referrer
    s1      | ann     | 08:00 | home | web     | spring   | https://www.baidu.com/s
    s1      | ann     | 08:01 | home | web     |          |
    s1      | ann     | 08:02 | plan | web     |          |
    s2      | bob     | 08:00 | home | web     |          | https://www.baidu.com/s
    s3      | cat     | 08:00 | home | web     |          | -
    s4      | dan     | 08:00 | bill | web     |          |
    s4      | dan     | 08:01 | home | web     |          |
    s5      | eve     | 08:00 | home | app     |          |
"""


def test_the_view_of_one_page_tells_all_ways_in_and_out_and_both_sides_make_its_views() -> None:
    ways = trace_page(draw(VISITS), "home")
    web = ways.filter(channel="web")
    assert web.select("side", "kind", "name", "views").rows() == [
        ("in", "campaign", "spring", 1),
        ("in", "direct", "", 1),
        ("in", "page", "bill", 1),
        ("in", "referrer", "www.baidu.com", 1),
        ("in", "reload", "home", 1),
        ("out", "exit", "", 3),
        ("out", "page", "plan", 1),
        ("out", "reload", "home", 1),
    ]
    assert set(web["out_of"]) == {5}
    assert ways.filter(channel="app").select("side", "kind").rows() == [("in", "direct"), ("out", "exit")]


def test_two_groups_are_compared_by_the_sessions_that_took_an_edge_of_those_that_saw_its_source() -> None:
    """Ann goes to the plan three times in one session: she is one of one, not three of three."""
    mobile = draw(
        "time | page \n 08:00 | home \n 08:01 | plan \n 08:02 | home \n 08:03 | plan \n 08:04 | home \n 08:05 | plan"
    )
    desktop = draw(
        "session | visitor | time | page \n s2 | bob | 08:00 | home \n s3 | cat | 08:00 | home \n s3 | cat | 08:01 | plan"
    )
    told = compare_edges(mobile, desktop).row(
        by_predicate=(pl.col("source") == "home") & (pl.col("target") == "plan"), named=True
    )
    assert (told["sessions_a"], told["out_of_a"], told["sessions_b"], told["out_of_b"]) == (1, 1, 1, 2)
    assert told["difference"] == 0.5
    assert told["low"] < 0 < told["high"], "three sessions prove nothing"


def test_a_true_difference_comes_first_with_its_interval_and_pages_that_one_group_never_saw_prove_nothing() -> None:
    def walk(name: str, pages: list[str], times: int) -> str:
        rows = (f"{name}{n} | {name}{n} | 08:{m:02} | {page}" for n in range(times) for m, page in enumerate(pages))
        return "\n".join(rows) + "\n"

    head = "session | visitor | time | page\n"
    works = draw(head + walk("a", ["home", "pay", "done"], 60) + walk("b", ["home", "bill"], 40))
    broken = draw(head + walk("c", ["home", "pay", "error"], 60) + walk("d", ["home", "bill"], 40))
    told = compare_edges(works, broken)
    assert told.row(0, named=True)["source"] == "pay"
    first = told.filter(source="pay", target="done").row(0, named=True)
    assert first["difference"] == 1.0
    assert first["low"] > 0.9
    assert first["q_value"] < 1e-6
    assert told.filter(source="home")["q_value"].to_list() == [1.0, 1.0]
    assert told.filter(source="error").select("share_a", "share_b", "q_value").row(0) == (None, 1.0, None)


def test_the_step_tables_of_two_groups_are_told_apart_step_by_step() -> None:
    one = draw("session | visitor | time | page \n s1 | ann | 08:00 | home \n s1 | ann | 08:01 | plan")
    other = draw("session | visitor | time | page \n s2 | bob | 08:00 | home")
    told = compare_steps(one, other, PathSettings(most_steps=2))
    assert told.select("step", "page", "share_a", "share_b", "difference").rows() == [
        (1, "home", 1.0, 1.0, 0.0),
        (2, "(exit)", 0.0, 1.0, -1.0),
        (2, "plan", 1.0, 0.0, 1.0),
    ]


def test_a_pruned_picture_keeps_the_busiest_edges_and_says_the_share_of_clicks_it_shows() -> None:
    edges = count_edges(draw(EVENING))
    two = prune_edges(edges, most=2)
    assert two.table.select("source", "target").rows() == [("(entry)", "home"), ("home", "plans")]
    assert (two.shown, two.of, two.share) == (5, 10, 0.5)
    assert prune_edges(edges, share=0.5).table.equals(two.table)
    assert prune_edges(edges, share=0.51).share == 0.6
    assert prune_edges(edges).share == 1.0


def test_settings_and_prunings_that_make_no_sense_are_refused_with_all_faults_at_once() -> None:
    with pytest.raises(ValueError, match=r"most_steps is 0.*pages_a_depth is -1.*most_edges is 0"):
        PathSettings(most_steps=0, pages_a_depth=-1, most_edges=0)
    with pytest.raises(ValueError, match=r"most is 0.*share is 2"):
        prune_edges(count_edges(draw(EVENING)), most=0, share=2)
