"""Next clicks become lists that serving can answer from."""

import polars as pl

from paths import Edge, NextClick, PathSettings, count_edges, count_next_clicks, rank_next_clicks
from tests.drawing import draw

WALKS = """
    session | visitor | channel | time  | page
    s1      | ann     | web     | 08:00 | a/b
    s1      | ann     | web     | 08:01 | d
    s1      | ann     | web     | 08:02 | a/b
    s1      | ann     | web     | 08:03 | c
    s2      | bob     | app     | 08:00 | a/b
    s2      | bob     | app     | 08:01 | c
"""


def test_equal_counts_are_ranked_by_name_and_channels_stay_apart() -> None:
    clicks = NextClick.validate(count_next_clicks(count_edges(draw(WALKS))))
    assert clicks.select("channel", "page", "next_page", "rank", "clicks", "out_of").rows() == [
        ("app", "a/b", "c", 1, 1, 1),
        ("web", "a/b", "c", 1, 1, 2),
        ("web", "a/b", "d", 2, 1, 2),
        ("web", "d", "a/b", 1, 1, 1),
    ]


def test_a_list_is_ranked_as_the_report_and_cut_to_its_best() -> None:
    clicks = count_next_clicks(count_edges(draw(WALKS)))
    lists = rank_next_clicks(clicks, most=1)
    ranking = lists.rank_targets("web\ta/b")
    assert lists.targets[ranking.target].tolist() == ["c"]
    assert ranking.score.tolist() == [0.5]
    assert lists.keys.tolist() == ["app\ta/b", "web\ta/b", "web\td"]


def test_no_edges_make_no_lists() -> None:
    nothing = count_next_clicks(Edge.create_empty())
    assert NextClick.validate(nothing).height == 0
    assert rank_next_clicks(nothing.lazy().pipe(NextClick.cast)).keys.size == 0


def test_a_page_may_follow_itself_only_if_the_edges_say_so() -> None:
    events = draw("time | page \n 08:00 | a \n 08:01 | a")
    assert count_next_clicks(count_edges(events)).height == 0
    kept = count_next_clicks(count_edges(events, PathSettings(repeats="kept")))
    assert kept.select(pl.col("page") == pl.col("next_page")).item()
