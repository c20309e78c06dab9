"""Ask how fast events are cut into sessions."""

import tempfile
from pathlib import Path
from typing import NamedTuple

import chdb
import dataframely as dy
import duckdb
import polars as pl
from chdb.state.sqlitelike import Connection

from benchmarks.made_events import make_events
from benchmarks.measurement import Detail, Finding, Race, Rival
from ingest import ORDER, Event, SessionSettings, sessionize

IN_ORDER = "occurred_at, device_at nulls first, line, event_id"
WINDOW_QUERY = f"""
    create or replace table sessioned as
    with marked as (
        select *, coalesce(occurred_at - lag(occurred_at) over visitor > interval 30 minute, true) as begins
        from event window visitor as (partition by visitor_id order by {IN_ORDER})
    ), numbered as (
        select * exclude begins, sum(begins::int) over visitor as session
        from marked window visitor as (partition by visitor_id order by {IN_ORDER})
    )
    select * exclude session, first_value(event_id) over one as session_id, row_number() over one as step
    from numbered window one as (partition by visitor_id, session order by {IN_ORDER})
"""

SO_FAR = "rows between unbounded preceding and current row"
CHDB_QUERY = f"""
    create or replace table sessioned engine = Memory as
    with marked as (
        select *, row_number() over visitor = 1
            or occurred_at - lagInFrame(occurred_at) over visitor > 1800 as begins
        from event window visitor as (partition by visitor_id order by {IN_ORDER} {SO_FAR})
    ), numbered as (
        select * except begins, sum(begins) over visitor as session
        from marked window visitor as (partition by visitor_id order by {IN_ORDER} {SO_FAR})
    )
    select * except session, first_value(event_id) over one as session_id, row_number() over one as step
    from numbered window one as (partition by visitor_id, session order by {IN_ORDER} {SO_FAR})
"""


class Events(NamedTuple):
    """The same rows in each one's own memory."""

    frame: dy.DataFrame[Event]
    database: duckdb.DuckDBPyConnection
    clickhouse: Connection


def prepare(rows: int) -> Events:
    frame = make_events(rows)
    database = duckdb.connect()
    database.register("frame", frame.to_arrow())
    database.execute("create table event as select * from frame").unregister("frame")
    clickhouse = chdb.connect(":memory:")  # type: ignore[no-untyped-call]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "event.parquet"
        frame.write_parquet(file)
        clickhouse.query(f"create table event engine = Memory as select * from file('{file}', 'Parquet')")
    return Events(frame, database, clickhouse)


def cut_by_ours(events: Events) -> dy.DataFrame[Event]:
    return sessionize(events.frame, SessionSettings())


def cut_by_duckdb(events: Events) -> None:
    events.database.execute(WINDOW_QUERY)


def cut_by_chdb(events: Events) -> None:
    events.clickhouse.query(CHDB_QUERY)


def sort_by_polars(events: Events) -> pl.DataFrame:
    return events.frame.sort("visitor_id", *ORDER)


def compare(events: Events) -> Detail:
    """Compare sessions and steps, event by event."""
    cut_by_duckdb(events)
    theirs = events.database.sql("select event_id, session_id, step from sessioned").pl()
    ours = cut_by_ours(events).select("event_id", "session_id", "step")
    assert ours.sort("event_id").equals(theirs.sort("event_id")), "DuckDB cuts these events elsewhere"
    return {"sessions": ours["session_id"].n_unique()}


RACE = Race(
    "sessionize",
    10_000_000,
    prepare,
    cut_by_ours,
    (
        Rival("DuckDB window query", cut_by_duckdb, "<= 0.45"),
        Rival("bare polars sort", sort_by_polars, "<= 1.8"),
        Rival("chdb window query", cut_by_chdb),
    ),
    compare,
)


def answer(rows: int | None) -> list[Finding]:
    return RACE.run("benchmarks.sessionize:RACE", rows)
