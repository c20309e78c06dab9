"""The reports on paths: each says what it counts and how much it leaves out, and refuses what it cannot answer."""

import json
import re
from collections import Counter

import networkx as nx
import polars as pl
import pytest

from echannel.exits import Stop
from echannel.graphs import export_graph, write_graphml, write_links
from echannel.reports import PATH_REPORTS, REPORTS, Desk
from echannel.training.tables import Tables
from echannel.tree import Settings
from ingest import Order, Product
from paths import PathSettings, count_edges, draw_graph, prune_edges
from serving import Report
from tests.drawing import draw

SHOP = """
    session | visitor | time    | page | name      | channel | device  | campaign
    s1      | ann     | 08:00   | home | page_view | web     | mobile  | spring
    s1      | ann     | 08:01   | plan | view_item | web     | mobile  |
    s1      | ann     | 08:02   | done | purchase  | web     | mobile  |
    s2      | bob     | 2 08:00 | home | page_view | web     | desktop |
    s2      | bob     | 2 08:01 | plan | view_item | web     | desktop |
    s3      | cat     | 2 08:00 | home | page_view | app     | mobile  |
"""


def sit_down(**paths: object) -> Desk:
    tables = Tables(draw(SHOP).lazy(), Order.create_empty(), Product.create_empty())
    return Desk(tables, Settings(paths=PathSettings(**paths)))


def read(report: Report) -> pl.DataFrame:
    return pl.DataFrame(report.rows, schema=[column.name for column in report.columns], orient="row")


def test_the_click_paths_say_the_share_of_clicks_they_show() -> None:
    report = REPORTS["paths"](sit_down(most_edges=2))
    assert "The 2 busiest of 7 edges: 44.4% of all clicks" in report.note.en
    assert "44.4%" in report.note.zh
    assert len(report.rows) == 2


def test_contexts_say_the_share_of_clicks_they_show() -> None:
    report = REPORTS["contexts"](sit_down(most_edges=1))
    assert "The 1 busiest of 5 pairs of pages and what follows: 33.3% of all clicks" in report.note.en
    assert read(report).select("before", "source", "target", "clicks").rows() == [("(entry)", "home", "plan", 2)]


def test_the_step_table_of_a_channel_has_everyone_at_each_step() -> None:
    report = REPORTS["steps"](sit_down(most_steps=2))
    totals = read(report).group_by("channel", "step").agg(pl.col("share").sum()).sort("channel", "step")
    assert totals.rows() == [("app", 1, 1.0), ("app", 2, 1.0), ("web", 1, 1.0), ("web", 2, 1.0)]
    assert "100.0% of these page visits" in report.note.en


def test_rare_pages_of_the_step_table_are_other_and_its_note_says_how_many_visits_are_not() -> None:
    pages = [*[f"p{number:02}" for number in range(13)], *[f"p{number:02}" for number in range(12)]]
    rows = "\n".join(f"s{n} | v{n} | 08:00 | {page}" for n, page in enumerate(pages))
    tables = Tables(
        draw("session | visitor | time | page\n" + rows).lazy(), Order.create_empty(), Product.create_empty()
    )
    report = REPORTS["steps"](Desk(tables, Settings(paths=PathSettings(most_steps=1))))
    assert read(report).filter(page="(other)")["sessions"].to_list() == [1]
    assert "96.0% of these page visits" in report.note.en


def test_flows_start_at_the_entry_at_a_page_or_end_at_one() -> None:
    desk = sit_down(most_depths=1)
    assert read(REPORTS["flows"](desk))["source"].unique().to_list() == ["(entry)"]
    assert read(PATH_REPORTS["flows"](desk, "plan")).select("source", "target").rows() == [
        ("plan", "(exit)"),
        ("plan", "done"),
    ]
    assert read(PATH_REPORTS["flows"](desk, "to:done")).select("depth", "source", "target").rows() == [
        (1, "plan", "done")
    ]
    assert set(read(PATH_REPORTS["flows"](desk, "to:"))["target"]) == {"(exit)"}
    note = PATH_REPORTS["flows"](desk, "plan").note
    assert "From the first visit of plan, 1 clicks: 2 of all 9 clicks" in note.en
    assert "100.0% of these clicks, 22.2% of all" in note.en
    assert "100.0%" in note.zh
    assert "22.2%" in note.zh


def test_the_page_report_adds_up_to_the_pages_views() -> None:
    report = PATH_REPORTS["page"](sit_down(), "home")
    ways = read(report)
    assert "All 3 views of home" in report.note.en
    assert Counter(dict(ways.group_by("side").agg(pl.col("views").sum()).rows())) == {"in": 3, "out": 3}
    assert ways.filter(kind="campaign").select("name", "views").rows() == [("spring", 1)]


@pytest.mark.parametrize(
    ("report", "asked", "told"),
    [
        ("page", "hom", r"nobody saw a page 'hom'.*home"),
        ("page", "", r"a page is needed"),
        ("flows", "to:nowhere", r"nobody saw a page 'nowhere'"),
        ("path-differences", "colour=red", r"does not make two groups.*device="),
        ("path-differences", "since=yesterday", r"does not make two groups"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_what_could(report: str, asked: str, told: str) -> None:
    with pytest.raises(Stop) as refused:
        PATH_REPORTS[report](sit_down(), asked)
    assert re.search(told, f"{refused.value.what} {refused.value.fix}")


@pytest.mark.parametrize(
    ("groups", "first", "others"),
    [("bought", 1, 2), ("device=mobile", 2, 1), ("since=2026-03-03", 2, 1), ("channel=app", 1, 2), ("", 1, 2)],
)
def test_sessions_are_put_into_two_groups(groups: str, first: int, others: int) -> None:
    report = PATH_REPORTS["path-differences"](sit_down(), groups)
    entries = read(report).filter(source="(entry)", target="home")
    assert (entries["sessions_a"].sum(), entries["sessions_b"].sum()) == (first, others)
    assert "A difference is no cause" in report.note.en


def test_the_graph_can_be_read_back_by_networkx_and_says_the_share_of_clicks_it_shows(tmp_path) -> None:
    graph = draw_graph(prune_edges(count_edges(draw(SHOP)), most=3))
    links = nx.node_link_graph(json.loads(write_links(graph)), edges="links")
    assert nx.utils.graphs_equal(links, graph)
    assert links.graph["share_of_clicks"] == pytest.approx(5 / 9)
    export_graph(sit_down(most_edges=3), "graphml", tmp_path / "paths.graphml")
    read_back = nx.read_graphml(tmp_path / "paths.graphml")
    assert set(read_back.edges) == set(graph.edges)
    assert read_back.nodes["web/home"] == {
        "channel": "web",
        "page": "home",
        "kind": "page",
        "clicks_in": 2,
        "clicks_out": 2,
    }
    assert read_back.graph["share_of_clicks"] == pytest.approx(5 / 9)


def test_names_that_xml_may_not_hold_are_written_out(tmp_path) -> None:
    graph = draw_graph(prune_edges(count_edges(draw('time | page \n 08:00 | a\x00<&>"b \n 08:01 | 首页'))))
    (tmp_path / "odd.graphml").write_text(write_graphml(graph), encoding="utf-8")
    assert set(nx.read_graphml(tmp_path / "odd.graphml")) == {
        "web/(entry)",
        'web/a\\x00<&>"b',
        "web/首页",
        "web/(exit)",
    }
