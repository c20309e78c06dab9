"""Upkeep: rows that go or change, small files that become large ones, and old versions that leave the disk."""

import os
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import polars as pl
from deltalake import DeltaTable
from deltalake.exceptions import CommitFailedError

from lake.exchange import Exchange, Overtaken
from lake.local import LocalTable
from lake.lock import own, share
from lake.pieces import scan_pieces
from lake.state import State
from lake.tables import TABLES, TRIES, Lake

KEPT_HOURS = 7 * 24
"""How long old versions stay: whoever reads one, or writes beside the upkeep, takes less."""
SMALL_FILES = 64
"""So many small files make compaction worth its while."""
SMALL_BYTES = 8 << 20
GROWING = ("events", "orders", "quarantine")
"""Tables to which every run adds files; the others are written in large ones."""

Make = Callable[[pl.LazyFrame], pl.LazyFrame]


def delete_rows(lake: Lake, name: str, doomed: pl.Expr, note: Mapping[str, str] | None = None) -> int:
    """Delete the rows of which an expression is true, in one commit; return how many those were.

    They stay in old versions until these are wiped (`wipe`).
    """
    return rewrite_rows(lake, name, doomed, lambda rows: rows.filter(~doomed.fill_null(False)), note=note)


def rewrite_rows(
    lake: Lake,
    name: str,
    touched: pl.Expr,
    make: Make,
    coming: pl.DataFrame | None = None,
    note: Mapping[str, str] | None = None,
    marks: Mapping[str, int] | None = None,
) -> int:
    """Write those files anew that hold a touched row, as `make` makes them, and more rows with them; in one commit.

    Returns how many rows were touched. Only these files are read, as streams. Raises `TimeoutError` where other
    writers come first twenty times.
    """
    if lake.version(name) < 0 and coming is None:
        return 0
    for _ in range(TRIES):
        with share(lake.folder), Exchange(State(lake.folder / name, TABLES[name])) as exchange:
            count = sum(_rewrite(exchange, file, touched, make) for file in exchange.state.pieces["file"])
            exchange.put_in(coming if coming is not None else pl.DataFrame())
            if not count and not exchange.changes:
                return 0
            try:
                exchange.commit(note or {}, marks)
            except Overtaken:
                continue
            return count
    raise TimeoutError(f"{lake.folder / name}: other writers came first {TRIES} times. Run the command again.")


def compact(lake: Lake, name: str) -> int:
    """Put a table's small files together where they are many; return how many files went.

    No row changes, and who has read the table up to now need not read it again. Where a row was deleted meanwhile,
    nothing is done: there will be another time.
    """
    table = _open(lake, name)
    if table is None or sum(State(lake.folder / name, TABLES[name]).pieces["size"] < SMALL_BYTES) < SMALL_FILES:
        return 0
    try:
        with share(lake.folder):
            return int(table.optimize.compact()["numFilesRemoved"])
    except CommitFailedError:
        return 0


def vacuum(lake: Lake, name: str, kept_hours: int = KEPT_HOURS) -> int:
    """Remove the files that only versions older than some hours know; return how many those were.

    Files that no version knows count by their age too: somebody may still be writing them.
    """
    table = _open(lake, name)
    if table is None:
        return 0
    look = partial(table.vacuum, retention_hours=kept_hours, enforce_retention_duration=False, full=True)
    return len(look(dry_run=False)) if look(dry_run=True) else 0


def tidy(lake: Lake) -> None:
    """Keep the tables that grow with every run in few files, and let old versions of all go (`KEPT_HOURS`)."""
    for name in GROWING:
        compact(lake, name)
    for name in TABLES:
        vacuum(lake, name)


def wipe(lake: Lake) -> int:
    """Remove every file that no table's present version knows, half-written ones too; return how many those were.

    Waits until nobody writes to the lake, and keeps everybody out meanwhile.
    """
    with own(lake.folder):
        os.sync()  # the records of commits are not, and what they replaced goes: a power cut must not undo them
        return sum(vacuum(lake, name, kept_hours=0) for name in TABLES)


def _rewrite(exchange: Exchange, file: str, touched: pl.Expr, make: Make) -> int:
    rows = scan_pieces([file], exchange.state.kind.schema)
    count = int(rows.select(touched.sum()).collect(engine="streaming").item())
    if count:
        exchange.take_out([file])
        exchange.put_rows(make(rows))
    return count


def _open(lake: Lake, name: str) -> DeltaTable | None:
    folder = Path(lake.folder / name)
    return LocalTable(str(folder)) if LocalTable.is_deltatable(str(folder)) else None
