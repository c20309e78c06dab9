"""Top paths: the ways most sessions go, as a product owner reads them."""

import polars as pl
import pytest

from paths import (
    GoalSettings,
    PathSettings,
    TopPath,
    TopPathError,
    TopPathSettings,
    rank_top_paths,
)
from tests.drawing import draw

MORNING = draw("""
    session | visitor | channel | time  | page | name
    s1      | ann     | web     | 08:00 | home | page_view
    s1      | ann     | web     | 08:01 | plan | view_item
    s2      | bob     | web     | 08:00 | home | page_view
    s2      | bob     | web     | 08:01 | plan | view_item
    s2      | bob     | web     | 08:02 | plan | view_item
    s3      | bob     | web     | 18:00 | home | page_view
    s3      | bob     | web     | 18:01 | plan | view_item
    s3      | bob     | web     | 18:02 | cart | add_to_cart
    s3      | bob     | web     | 18:03 | done | purchase
    s4      | cat     | web     | 08:00 | bill | page_view
    s5      | dan     | app     | 08:00 | home | page_view
""")


def rank(part: str, channel: str = "web", **settings: object) -> pl.DataFrame:
    table = TopPath.validate(rank_top_paths(MORNING, **settings))  # type: ignore[arg-type]
    return table.filter(part=part, channel=channel)


def test_whole_sessions_are_ranked_by_how_many_went_so() -> None:
    assert rank("whole").select("rank", "path", "sessions", "share", "people").rows() == [
        (1, ["home", "plan"], 2, 0.5, 2),
        (2, ["bill"], 1, 0.25, 1),
        (3, ["home", "plan", "cart", "done"], 1, 0.25, 1),
    ]


def test_each_channel_has_ways_of_its_own() -> None:
    assert rank("whole", "app").select("path", "sessions", "share").rows() == [(["home"], 1, 1.0)]


def test_a_beginning_says_where_the_session_ended_before() -> None:
    assert rank("start").select("path", "sessions").rows() == [
        (["home", "plan", "(exit)"], 2),
        (["bill", "(exit)"], 1),
        (["home", "plan", "cart"], 1),
    ]
    assert rank("start", settings=TopPathSettings(pages=1)).select("path", "sessions").rows() == [
        (["home"], 3),
        (["bill"], 1),
    ]


def test_runs_within_count_sessions_once_and_say_how_often_they_were_gone() -> None:
    events = draw("""
        session | visitor | time  | page
        s1      | ann     | 08:00 | a
        s1      | ann     | 08:01 | b
        s1      | ann     | 08:02 | a
        s1      | ann     | 08:03 | b
        s2      | bob     | 08:00 | b
        s2      | bob     | 08:01 | a
    """)
    within = rank_top_paths(events, TopPathSettings(pages=2)).filter(part="within")
    assert within.select("path", "sessions", "times", "shown").rows() == [
        (["b", "a"], 2, 2, 0.5),
        (["a", "b"], 1, 2, 1.0),
    ]


def test_each_way_says_how_many_of_its_sessions_reach_the_goal_with_an_interval() -> None:
    ordered = rank("whole").filter(pl.col("reached") > 0)
    assert ordered.select("path", "reached", "reached_share").rows() == [(["home", "plan", "cart", "done"], 1, 1.0)]
    assert ordered["low"].item() == pytest.approx(0.2065, abs=1e-4)
    to_plan = rank("whole", goal=GoalSettings(reach="plan"))
    assert to_plan["reached"].to_list() == [2, 0, 1]


def test_what_is_left_out_is_said() -> None:
    (first,) = rank("whole", settings=TopPathSettings(most=1)).iter_rows(named=True)
    assert first["shown"] == 0.5


def test_reloads_are_steps_where_repeats_are_kept() -> None:
    kept = rank("whole", path_settings=PathSettings(repeats="kept"))
    assert ["home", "plan", "plan"] in kept["path"].to_list()


def test_ways_of_more_than_fifty_pages_are_told_so_far() -> None:
    pages = [f"p{number:02}" for number in range(60)]
    events = draw(
        "session | time | page\n"
        + "\n".join(f"s1 | {9 + n // 60:02}:{n % 60:02} | {page}" for n, page in enumerate(pages))
    )
    (path,) = rank_top_paths(events).filter(part="whole")["path"].to_list()
    assert path == [*pages[:50], "(more)"]


def test_no_sessions_go_no_ways() -> None:
    assert rank_top_paths(MORNING.head(0)).height == 0


def test_wrong_settings_are_refused_all_at_once() -> None:
    with pytest.raises(TopPathError, match=r"pages is 0: give .*most is 0: give"):
        TopPathSettings(pages=0, most=0)
