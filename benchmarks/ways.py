"""Ask how fast ways are searched and ranked in a million sessions (msnbc, 17 categories of pages)."""

import io
import os
import sys
import zipfile
from pathlib import Path
from typing import NamedTuple

import dataframely as dy
import duckdb
import numpy as np
import polars as pl

from benchmarks.measurement import Detail, Finding, Race, Rival
from ingest import Sessioned
from paths import PathSearch, TopPath, TopPathSettings, rank_top_paths, search_paths

PAGES = (
    "frontpage", "news", "tech", "local", "opinion", "on-air", "misc", "weather", "msn-news", "health", "living",
    "business", "msn-sports", "sports", "summary", "bbs", "travel",
)  # fmt: skip
PATTERN = "frontpage -> [^news]* -> sports"
EXPRESSION = "A[^B]*?N"
LINES = """
    with step as (
        select session, step, page, lag(page) over (partition by session order by step) as before from visit
    )
    select session, string_agg(chr((64 + page)::int), '' order by step) as walk
    from step where before is null or before <> page group by session
"""
SEARCH = "select count(*) as sessions from {} where regexp_matches(walk, '{}')"
RANK = "select walk, count(*) as sessions from ({}) group by walk order by sessions desc, walk limit 20"


class Visits(NamedTuple):
    """Sessions with their texts for us; as integers for DuckDB; as lines of one sign a page for both."""

    frame: dy.LazyFrame[Sessioned]
    lines: pl.Series
    database: duckdb.DuckDBPyConnection


def prepare(rows: int) -> Visits:
    walks = [np.fromstring(line, np.int64, sep=" ") for line in _read_lines()[:rows]]
    lengths = np.array([walk.size for walk in walks])
    session = np.repeat(np.arange(lengths.size), lengths)
    step = np.arange(session.size) - np.repeat(np.cumsum(lengths) - lengths, lengths) + 1
    numbers = pl.DataFrame({"session": session, "step": step, "page": np.concatenate(walks)})
    database = duckdb.connect()
    database.register("numbers", numbers.to_arrow())
    database.execute("create table visit as select * from numbers").unregister("numbers")
    database.execute(f"create table line as {LINES}")
    return Visits(_name(numbers), database.sql("select walk from line").pl()["walk"], database)


def search_by_ours(visits: Visits) -> PathSearch:
    return search_paths(visits.frame, PATTERN)


def search_by_duckdb(visits: Visits) -> int:
    return _count(visits, f"({LINES})")


def match_by_polars(visits: Visits) -> int:
    return int(visits.lines.str.contains(EXPRESSION).sum())


def search_by_duckdb_on_lines(visits: Visits) -> int:
    return _count(visits, "line")


def rank_by_ours(visits: Visits) -> dy.DataFrame[TopPath]:
    return rank_top_paths(visits.frame, TopPathSettings())


def rank_by_duckdb(visits: Visits) -> pl.DataFrame:
    ranked: pl.DataFrame = visits.database.sql(RANK.format(LINES)).pl()
    return ranked


def compare_search(visits: Visits) -> Detail:
    """Compare the number of sessions found."""
    ours = search_by_ours(visits).counts.row(0, named=True)
    assert ours["matched"] == search_by_duckdb(visits) == search_by_duckdb_on_lines(visits), "DuckDB finds others"
    return {"sessions": ours["sessions"], "matched": ours["matched"]}


def compare_ranking(visits: Visits) -> Detail:
    """Compare the numbers of sessions of the twenty most common whole ways."""
    ours, theirs = rank_by_ours(visits).filter(part="whole"), rank_by_duckdb(visits)
    assert ours["sessions"].to_list() == theirs["sessions"].to_list(), "DuckDB ranks otherwise"
    return {"shown": round(ours["shown"][-1], 3)}


SEARCHES = Race(
    "path search, from visits to counts, ways, people and seconds",
    989_818,
    prepare,
    search_by_ours,
    (Rival("DuckDB, from integer visits to the count alone", search_by_duckdb),),
    compare_search,
)
EXPRESSIONS = Race(
    "the regular expression alone, by polars, on lines that are ready",
    989_818,
    prepare,
    match_by_polars,
    (Rival("DuckDB, its regex on the same lines", search_by_duckdb_on_lines),),
    lambda visits: {"matched": match_by_polars(visits)},
    memory=False,
)
RANKINGS = Race(
    "top paths of three kinds, with people and intervals",
    989_818,
    prepare,
    rank_by_ours,
    (Rival("DuckDB, whole ways alone", rank_by_duckdb),),
    compare_ranking,
)


def answer(rows: int | None) -> list[Finding]:
    if "ECHANNEL_TEST_DATA" not in os.environ:
        print("ways: left out; set ECHANNEL_TEST_DATA to the folder with the real data sets", file=sys.stderr)
        return []
    races = {"SEARCHES": SEARCHES, "EXPRESSIONS": EXPRESSIONS, "RANKINGS": RANKINGS}
    return [finding for name, race in races.items() for finding in race.run(f"benchmarks.ways:{name}", rows)]


def _count(visits: Visits, lines: str) -> int:
    ((counted,),) = visits.database.sql(SEARCH.format(lines, EXPRESSION)).fetchall()
    return int(counted)


def _read_lines() -> list[str]:
    (file,) = (Path(os.environ["ECHANNEL_TEST_DATA"]) / "msnbc").glob("*.zip")
    with zipfile.ZipFile(file) as packed, packed.open(packed.namelist()[0]) as lines:
        return [line for line in io.TextIOWrapper(lines, "ascii") if line[:1].isdigit()]


def _name(numbers: pl.DataFrame) -> dy.LazyFrame[Sessioned]:
    """Give the numbers their names: one visitor a session, one page a second."""
    session = "s" + pl.col("session").cast(pl.String).str.pad_start(7, "0")
    frame = numbers.select(
        session_id=session,
        step="step",
        channel=pl.lit("web"),
        person_id=session,
        page=pl.Series(PAGES).gather(numbers["page"].to_numpy() - 1),
        name=pl.lit("page_view"),
        occurred_at=(pl.col("step") * 1_000_000).cast(pl.Datetime("us", "UTC")),
        robot=pl.lit(None, pl.String),
    )
    return frame.lazy()  # type: ignore[return-value]
