"""Odd logs: nobody, one click, a date in 1970, a customer with a million clicks; each report has a clear answer."""

from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from echannel.exits import Stop
from echannel.reports import PATH_REPORTS, REPORTS, Desk
from echannel.training.tables import Tables
from echannel.tree import Settings
from ingest import Order, Product, Sessioned
from paths import (
    GoalSettings,
    count_contexts,
    count_edges,
    count_flows,
    count_steps,
    find_communities,
    find_detours,
    find_memory,
    rank_keystones,
    rank_landmarks,
    rank_top_paths,
    read_steps,
    read_visits,
    search_paths,
    trace_page,
    walk_to_goal,
)
from serving import Report
from tests.drawing import DAY_ONE, draw

GRAPH = (
    "overview", "paths", "contexts", "steps", "flows", "path-differences", "top-paths", "landmarks", "communities",
    "keystones", "detours", "next-click",
)  # fmt: skip
ONE = "session | visitor | time | page \n s1 | ann | 08:00 | home"


def ask(report: str, events: pl.DataFrame, about: str | None = None) -> pl.DataFrame:
    """Make a report and read it back; no number in it is infinite or none."""
    desk = Desk(Tables(Sessioned.cast(events).lazy(), Order.create_empty(), Product.create_empty()), Settings())
    made: Report = REPORTS[report](desk) if about is None else PATH_REPORTS[report](desk, about)
    assert not {"nan", "inf"} & set(made.note.en.replace("%", " ").replace("(", " ").split())
    return pl.DataFrame(made.rows, schema=[column.name for column in made.columns], orient="row")


@pytest.mark.parametrize("report", GRAPH)
def test_a_log_without_people_gives_reports_without_rows(report: str) -> None:
    assert ask(report, draw(ONE).head(0)).height == 0


@pytest.mark.parametrize(
    ("report", "about", "fix"),
    [
        ("path-differences", "since=2026-03-03", "There are: none of people."),
        ("path-differences", "channel=app", "There are: none of people."),
        ("page", "home", "No event of these sessions bears a page."),
        ("flows", "home", "No event of these sessions bears a page."),
    ],
)
def test_what_is_asked_of_a_log_without_people_is_refused_with_the_reason(report: str, about: str, fix: str) -> None:
    with pytest.raises(Stop) as refused:
        ask(report, draw(ONE).head(0), about)
    assert refused.value.fix == fix


@pytest.mark.parametrize("report", GRAPH)
def test_a_log_without_pages_gives_reports_without_rows(report: str) -> None:
    events = draw("session | visitor | name \n s1 | ann | login \n s1 | ann | search")
    assert ask(report, events).height == (1 if report == "overview" else 0)


@pytest.mark.parametrize(
    ("report", "rows"),
    [
        ("overview", 1), ("paths", 2), ("contexts", 1), ("steps", 10), ("flows", 2), ("path-differences", 2),
        ("top-paths", 2), ("landmarks", 0), ("communities", 1), ("keystones", 0), ("detours", 0), ("next-click", 0),
    ],
)  # fmt: skip
def test_a_log_of_one_click_has_an_entry_and_an_exit_and_proves_nothing(report: str, rows: int) -> None:
    assert ask(report, draw(ONE)).height == rows


def test_one_click_came_in_directly_and_went_out_again() -> None:
    told = ask("page", draw(ONE), "home")
    assert told.select("side", "kind", "views", "share").rows() == [("in", "direct", 1, 1.0), ("out", "exit", 1, 1.0)]
    assert ask("path-search", draw(ONE), "entry -> home -> exit")["sessions"].to_list() == [1, 1, 1]


@pytest.mark.parametrize(
    ("report", "about", "told"),
    [
        ("page", "hmoe", "Pages that were seen: home …"),
        ("flows", "hmoe", "Pages that were seen: home …"),
        ("flows", "to:hmoe", "Pages that were seen: home …"),
        ("path-search", "hmoe -> exit", "did you mean home"),
        ("path-sessions", "[^hmoe]+", "did you mean home"),
    ],
)
def test_a_page_that_nobody_saw_is_refused_with_the_nearest_names(report: str, about: str, told: str) -> None:
    with pytest.raises(Stop) as refused:
        ask(report, draw(ONE), about)
    assert told in refused.value.fix


@pytest.mark.parametrize("report", GRAPH)
def test_a_session_of_1970_is_a_session_like_any_other(report: str) -> None:
    pages = ["home", "plan", "home", "done"]
    drawn = "session | visitor | time | page" + "".join(
        f"\n s{n} | v{n} | {n:02}:00 | {p}" for n in (1, 2) for p in pages
    )
    events = draw(drawn)
    shifted = events["occurred_at"] - (DAY_ONE - datetime(1970, 1, 1, tzinfo=UTC))
    old = events.with_columns(occurred_at=pl.when(session_id="s1").then(shifted).otherwise("occurred_at"))
    assert ask(report, old).equals(ask(report, events))


def test_a_session_that_lasts_since_1970_has_long_seconds_and_no_other_trouble() -> None:
    events = draw("session | time | page \n s1 | 08:00 | home \n s1 | 08:01 | plan")
    old = events.with_columns(
        occurred_at=pl.when(page="home").then(pl.lit(datetime(1970, 1, 1, tzinfo=UTC))).otherwise("occurred_at")
    )
    told = ask("paths", old).filter(source="home", target="plan")
    assert told["median_seconds"].item() == (DAY_ONE.timestamp() + 8 * 3600 + 60)


@pytest.fixture(scope="module", params=[1, 1_000], ids=["in one session", "in a thousand sessions"])
def million(request: pytest.FixtureRequest) -> pl.DataFrame:
    """One customer with a million clicks on 50 pages by chance; the last click of each session buys."""
    rows, pages = 1_000_000, 50
    session = np.arange(rows) * request.param // rows
    page = np.random.default_rng(1).integers(0, pages, rows)
    numbered = pl.DataFrame({"session": session, "page": page}).with_row_index("row")
    ends = pl.col("session") != pl.col("session").shift(-1)
    given = numbered.select(
        event_id=pl.col("row").cast(pl.String),
        session_id="s" + pl.col("session").cast(pl.String),
        step=(pl.col("row") - pl.col("row").min().over("session") + 1).cast(pl.Int64),
        occurred_at=pl.lit(DAY_ONE) + pl.duration(seconds="row"),
        name=pl.when(ends.fill_null(True)).then(pl.lit("purchase")).otherwise(pl.lit("page_view")),
        page="p" + pl.col("page").cast(pl.String).str.pad_start(2, "0"),
        channel=pl.lit("web"),
        visitor_id=pl.lit("ann"),
        person_id=pl.lit("ann"),
        source=pl.lit("drawn"),
        line=pl.col("row").cast(pl.Int64) + 1,
    )
    absent = [pl.lit(None).alias(name) for name in Sessioned.column_names() if name not in given.columns]
    return Sessioned.cast(given.with_columns(absent))


@pytest.mark.slow
def test_the_graph_of_a_customer_with_a_million_clicks_counts_each(million: pl.DataFrame) -> None:
    visits, sessions = read_visits(million), million["session_id"].n_unique()
    edges, contexts = count_edges(visits), count_contexts(visits)
    reloads = million.select((pl.col("page") == pl.col("page").shift()) & (pl.col("step") > 1)).to_series().sum()
    assert edges["clicks"].sum() == 1_000_000 - reloads + sessions
    assert contexts["clicks"].sum() == 1_000_000 - reloads
    assert count_steps(visits).filter(step=1)["sessions"].sum() == sessions
    for anchor in ({}, {"start": "p01"}, {"end": "p01"}):
        assert count_flows(visits, **anchor).table["sessions"].max() <= sessions
    assert trace_page(million, "p01").filter(side="in")["views"].sum() == million.filter(page="p01").height
    assert rank_landmarks(edges).height == 50
    assert find_communities(edges)["pages"].explode().len() == 50
    assert find_memory(contexts).height == 50


@pytest.mark.slow
def test_the_ways_of_a_customer_with_a_million_clicks_are_searched_and_ranked(million: pl.DataFrame) -> None:
    sessions = million["session_id"].n_unique()
    assert search_paths(million, "entry -> ** -> exit").counts["matched"][0] == sessions
    after = (pl.col("page") == "p01").cast(pl.Int32).cum_sum(reverse=True).over("session_id")
    never_again = million.filter(after == 0, pl.col("page") == "p00")["session_id"].n_unique()
    assert search_paths(million, "p00 -> [^p01]* -> exit").sessions.height == never_again
    table = rank_top_paths(million)
    assert table.filter(part="within", rank=1)["times"].item() > 0
    assert table.filter(part="whole")["sessions"].sum() == min(sessions, 20)
    visits = walk_to_goal(read_steps(million), GoalSettings())
    assert rank_keystones(visits, GoalSettings(min_sessions=1))["all_goals"].unique().to_list() == [sessions]
    detours = find_detours(visits, GoalSettings())
    to_pages = detours.filter(pl.col("target") != "(goal)")
    assert to_pages.height == (0 if sessions == 1 else 50 * 49)
    assert detours["sessions"].is_between(30, sessions).all()
