"""Ask how fast the levels of a funnel are measured."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, cast

import chdb
import dataframely as dy
import polars as pl
from chdb.state.sqlitelike import Connection

from benchmarks.made_events import NAMES, make_events
from benchmarks.measurement import Detail, Finding, Race, Rival
from ingest import Sessioned, SessionSettings, sessionize
from paths import FunnelDefinition, FunnelStep, Level, measure_levels

STEPS = NAMES[1:]
FUNNEL = FunnelDefinition(name="order", steps=tuple(FunnelStep(name) for name in STEPS), window_hours=24)
PART = 10_000_000
"""Events that are made at once, of visitors of their own: more do not fit into 24 GB."""
COLUMNS = ("visitor_id", "name", "occurred_at", "robot")
DATA_ENDS_AT = datetime(2026, 4, 1, tzinfo=UTC)
TABLE = "create table {} engine = MergeTree order by tuple() as select * from file('{}', Parquet)"
QUERY = """
    select {entrant} as entrant, windowFunnel(86400000, 'strict_once')(time, {conditions}) as level
    from {table} group by entrant having level > 0
"""


class Clicks(NamedTuple):
    """The same events for us and in ClickHouse, once with texts and once with numbers."""

    ours: dy.LazyFrame[Sessioned]
    """The columns that a funnel reads, as if they came from the disk."""
    database: Connection


def prepare(rows: int) -> Clicks:
    sizes = [min(PART, rows - begun) for begun in range(0, rows, PART)]
    frame = pl.concat([_make_part(part, size) for part, size in enumerate(sizes)], rechunk=True)
    code = pl.col("name").replace_strict(NAMES, range(len(NAMES)), return_dtype=pl.Int8)
    moved = frame.select(
        "visitor_id",
        "name",
        visitor=pl.col("visitor_id").rle_id(),
        code=code,
        time=pl.col("occurred_at").dt.epoch("ms").cast(pl.UInt64),
    )
    database = chdb.connect(":memory:")  # type: ignore[no-untyped-call]
    with tempfile.TemporaryDirectory() as folder:
        for table, names in (("text", ["visitor_id", "name", "time"]), ("number", ["visitor", "code", "time"])):
            file = Path(folder) / f"{table}.parquet"
            moved.select(names).write_parquet(file)
            database.query(TABLE.format(table, file))
    return Clicks(cast("dy.LazyFrame[Sessioned]", frame.lazy()), database)


def _make_part(part: int, size: int) -> pl.DataFrame:
    visitor = pl.col("visitor_id") + (f".{part}" if part else "")
    return sessionize(make_events(size, seed=part + 1), SessionSettings()).select(COLUMNS).with_columns(visitor)


def measure_by_ours(clicks: Clicks) -> dy.DataFrame[Level]:
    return measure_levels(clicks.ours, FUNNEL, DATA_ENDS_AT)


def measure_texts(clicks: Clicks) -> object:
    conditions = ", ".join(f"name = '{name}'" for name in STEPS)
    return clicks.database.query(QUERY.format(entrant="visitor_id", conditions=conditions, table="text"), "Arrow")


def measure_numbers(clicks: Clicks) -> object:
    conditions = ", ".join(f"code = {code}" for code in range(1, len(NAMES)))
    return clicks.database.query(QUERY.format(entrant="visitor", conditions=conditions, table="number"), "Arrow")


def compare(clicks: Clicks) -> Detail:
    """Compare the levels of every visitor whose times do not tie."""
    answer = measure_texts(clicks)
    theirs = pl.read_ipc(answer.bytes()).select(pl.col("entrant").cast(pl.String), pl.col("level").cast(pl.Int64))  # type: ignore[attr-defined]
    moments = clicks.ours.group_by("visitor_id").agg(tied=pl.col("occurred_at").is_duplicated().any()).collect()
    untied = moments.filter(~pl.col("tied")).select(entrant="visitor_id")
    ours = measure_by_ours(clicks).select("entrant", "level")
    same = [levels.join(untied, on="entrant", how="semi").sort("entrant") for levels in (ours, theirs)]
    assert same[0].equals(same[1]), "ClickHouse gives visitors without ties other levels"
    return {"equal_levels": same[0].height, "levels": ours.height}


RACE = Race(
    "funnel of 4 steps in 24 h",
    10_000_000,
    prepare,
    measure_by_ours,
    (
        Rival("ClickHouse windowFunnel strict_once", measure_texts, "<= 1.0"),
        Rival("the same on integer ids", measure_numbers, "<= 1.0"),
    ),
    compare,
)


def answer(rows: int | None) -> list[Finding]:
    return RACE.run("benchmarks.funnel:RACE", rows)
