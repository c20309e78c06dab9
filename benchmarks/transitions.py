"""Ask how fast the edges of the path graph are counted."""

from typing import NamedTuple

import dataframely as dy
import duckdb
import polars as pl

from benchmarks.made_events import make_events
from benchmarks.measurement import Detail, Finding, Race, Rival
from ingest import Sessioned, SessionSettings, sessionize
from paths import Edge, count_edges

CLICKS = """
    with step as (
        select session, page, time,
            lag(page, 1, -1) over one as source, lag(time) over one as before, lead(page) over one is null as last
        from visit window one as (partition by session order by step)
    ), click as (
        select session, source, page as target, time - before as gap from step where source <> page
        union all select session, page, -2, null from step where last
    )
"""
CLICKS_ONLY = f"{CLICKS} select source, target, count(*) as clicks from click group by all"
WHOLE_EDGES = f"""{CLICKS}
    select source, target, count(*) as clicks, count(distinct session) as sessions, median(gap) as gap
    from click group by all
"""


class Visits(NamedTuple):
    """Sessions with their texts for us; the same as integers for DuckDB."""

    frame: dy.DataFrame[Sessioned]
    database: duckdb.DuckDBPyConnection


def prepare(rows: int) -> Visits:
    frame = sessionize(make_events(rows), SessionSettings())
    numbers = frame.select(
        session=pl.col("session_id").rle_id().cast(pl.Int64),
        step=pl.col("step"),
        page=pl.col("page").cast(pl.Categorical).to_physical().cast(pl.Int64),
        time=pl.col("occurred_at").dt.epoch("us"),
    )
    database = duckdb.connect()
    database.register("numbers", numbers.to_arrow())
    database.execute("create table visit as select * from numbers").unregister("numbers")
    return Visits(frame, database)


def count_by_ours(visits: Visits) -> dy.DataFrame[Edge]:
    return count_edges(visits.frame)


def count_by_duckdb(visits: Visits) -> pl.DataFrame:
    edges: pl.DataFrame = visits.database.sql(CLICKS_ONLY).pl()
    return edges


def tell_by_duckdb(visits: Visits) -> pl.DataFrame:
    edges: pl.DataFrame = visits.database.sql(WHOLE_EDGES).pl()
    return edges


def compare(visits: Visits) -> Detail:
    """Compare the counts of all edges, names aside."""
    ours, theirs = count_by_ours(visits), tell_by_duckdb(visits)
    counts = ["clicks", "sessions"]
    assert ours.select(counts).sort(counts).equals(theirs.select(counts).sort(counts)), "DuckDB counts otherwise"
    return {"edges": ours.height}


RACE = Race(
    "transitions of order 1",
    10_000_000,
    prepare,
    count_by_ours,
    (
        Rival("DuckDB on integer ids, the same columns", tell_by_duckdb, "<= 0.5"),
        Rival("DuckDB on integer ids, clicks alone", count_by_duckdb, "<= 0.5"),
    ),
    compare,
)


def answer(rows: int | None) -> list[Finding]:
    return RACE.run("benchmarks.transitions:RACE", rows)
