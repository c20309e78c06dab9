"""Ask how fast the path graph is counted, of order one and two, on integer ids and on texts."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import duckdb
import polars as pl

from benchmarks.made_events import make_events
from benchmarks.measurement import CACHE, Detail, Finding, Race, Rival
from ingest import SessionSettings, sessionize
from paths import Visits, count_contexts, count_edges
from paths.rows.order import order_rows

PART = 10_000_000
"""Events that are made and cut into sessions at once: more do not fit into 24 GB."""
COLUMNS = ("session_id", "step", "channel", "page", "occurred_at", "robot")
ENDS = {"integers": ("-1", "-2"), "texts": ("'(entry)'", "'(exit)'")}
"""What a page is called before the first and after the last, as DuckDB counts."""
VIEWED = """
    with viewed as (
        select session, step, page, time, lag(page) over one as previous, lead(page) over one is null as last
        from visit window one as (partition by session order by step)
    )
"""
SEEN = f"{VIEWED}, seen as (select * from viewed where previous is distinct from page)"
EDGES_ALONE = f"""{VIEWED}, click as (
        select coalesce(previous, {{entry}}) as source, page as target from viewed where previous is distinct from page
        union all select page, {{exit}} from viewed where last
    ) select source, target, count(*) as clicks from click group by all
"""
MEASURES = """
    count(*) as clicks, count(distinct session) as sessions, median(gap) as usual, quantile_cont(gap, .95) as slow
"""
EDGES = f"""{SEEN}, click as (
        select session, coalesce(previous, {{entry}}) as source, page as target, time - lag(time) over two as gap
        from seen window two as (partition by session order by step)
        union all select session, page, {{exit}}, null from viewed where last
    ) select source, target, {MEASURES} from click group by all
"""
TRIPLES = f"""{SEEN}, click as (
        select session, coalesce(previous, {{entry}}) as before, page as source,
            coalesce(lead(page) over two, {{exit}}) as target, lead(time) over two - time as gap
        from seen window two as (partition by session order by step)
    )
"""
CONTEXTS = f"{TRIPLES} select before, source, target, {MEASURES} from click group by all"
CONTEXTS_ALONE = f"{TRIPLES} select before, source, target, count(*) as clicks from click group by all"
QUERIES = {1: (EDGES, EDGES_ALONE), 2: (CONTEXTS, CONTEXTS_ALONE)}
"""What is asked of DuckDB for each order: all measures, and clicks alone."""


class Log(NamedTuple):
    """The same visits twice: for us, and as a table of DuckDB's; both as integers or both as texts."""

    ours: pl.DataFrame
    database: duckdb.DuckDBPyConnection
    kind: str


def prepare(kind: str, rows: int) -> Log:
    frame = pl.concat([pl.read_parquet(part) for part in make_parts(rows)])
    texts = frame.select(session="session_id", step="step", page="page", time=pl.col("occurred_at").dt.epoch("us"))
    numbers = texts.with_columns(
        pl.col("session").rle_id().cast(pl.Int64), pl.col("page").cast(pl.Categorical).to_physical().cast(pl.Int64)
    )
    database = duckdb.connect()
    database.register("given", (texts if kind == "texts" else numbers).to_arrow())
    database.execute("create table visit as select * from given").unregister("given")
    return Log(frame if kind == "texts" else numbers, database, kind)


def make_parts(rows: int) -> list[Path]:
    """Make the sessions, or find those of an earlier run: that takes longer than all that is asked of them."""
    sizes = [min(PART, rows - first) for first in range(0, rows, PART)]
    return [make_part(size, seed) for seed, size in enumerate(sizes, start=1)]


def make_part(rows: int, seed: int) -> Path:
    part = CACHE / f"sessions-{rows}-{seed}.parquet"
    if not part.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        made = sessionize(make_events(rows, seed), SessionSettings())
        new = part.with_suffix(".new")
        made.select(pl.col("session_id") + f"-{seed}", *COLUMNS[1:]).write_parquet(new)
        new.rename(part)
    return part


def read_ours(log: Log) -> Visits | pl.DataFrame:
    """Hand over what we are given: texts as they are, integers put into order."""
    if log.kind == "texts":
        return log.ours
    session, step, page, time = (log.ours[name].to_numpy() for name in ("session", "step", "page", "time"))
    order = order_rows([session, step])
    pages = pl.Series([f"page_{number}" for number in range(int(page.max()) + 1)])
    return Visits(session[order], 0 * session, page[order], time[order], pl.Series(["web"]), pages)


def count_by_ours(order: int, log: Log) -> pl.DataFrame:
    return (count_edges if order == 1 else count_contexts)(read_ours(log))


def count_by_duckdb(query: str, log: Log) -> pl.DataFrame:
    entry, exit_ = ENDS[log.kind]
    counts: pl.DataFrame = log.database.sql(query.format(entry=entry, exit=exit_)).pl()
    return counts


def compare(order: int, log: Log) -> Detail:
    """Compare all measures, names aside."""
    ours, theirs = count_by_ours(order, log), count_by_duckdb(QUERIES[order][0], log)
    found = ours.select("clicks", "sessions", usual="median_seconds", slow="p95_seconds")
    wanted = theirs.select("clicks", "sessions", pl.col("usual", "slow") / 1e6)
    both = [told.with_columns(pl.col("usual", "slow").round(6)).sort(pl.all()) for told in (found, wanted)]
    assert both[0].equals(both[1]), "DuckDB counts otherwise"
    return {"contexts" if order == 2 else "edges": ours.height}


def plan(order: int, kind: str, target: str) -> Race[Log]:
    """Plan one race: everything both ways, and, as the least that can be asked, DuckDB's clicks alone."""
    called = "integer ids" if kind == "integers" else "texts"
    whole, alone = (partial(count_by_duckdb, query) for query in QUERIES[order])
    return Race(
        f"transitions of order {order} on {called}",
        10_000_000,
        partial(prepare, kind),
        partial(count_by_ours, order),
        (
            Rival(f"DuckDB on {called}, the same columns", whole, target),
            Rival(f"DuckDB on {called}, clicks alone", alone),
        ),
        partial(compare, order),
    )


FIRST = plan(1, "integers", "<= 0.5")
SECOND = plan(2, "integers", "<= 0.5")
FIRST_TEXTS = plan(1, "texts", "<= 0.5")
SECOND_TEXTS = plan(2, "texts", "<= 0.5")


def answer(rows: int | None) -> Iterator[Finding]:
    """Ask each race in turn and tell at once what it found; texts up to one part, since they fill the memory."""
    large = rows is not None and rows > PART
    names = ("FIRST", "SECOND") if large else ("FIRST", "SECOND", "FIRST_TEXTS", "SECOND_TEXTS")
    for name in names:
        yield from globals()[name].run(f"benchmarks.transitions:{name}", rows)
