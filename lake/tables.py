"""The tables on disk: Delta Lake, every write one commit, and no row twice."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import dataframely as dy
import polars as pl
from deltalake import CommitProperties, DeltaTable, Schema, Transaction, WriterProperties, write_deltalake
from deltalake.exceptions import CommitFailedError, DeltaError

from ingest import Event, Order, Product, Quarantine, Session, Sessioned
from lake.cast import stream, to_arrow

WRITER = "echannel"
"""The application whose transaction number each append raises: of two writers that saw the same state, one loses."""
TRIES = 20
PROPERTIES = WriterProperties(compression="ZSTD")


class Table(NamedTuple):
    """What a table holds, and what makes two of its rows the same."""

    schema: type[dy.Schema]
    key: tuple[str, ...]
    near: str
    """Rows with one key lie close together in this column, so that only a part of the table need be looked at."""


TABLES = {
    "events": Table(Event, ("event_id",), "occurred_at"),
    "quarantine": Table(Quarantine, ("quarantine_id",), "quarantine_id"),
    "orders": Table(Order, ("order_id", "item_id", "person_id", "ordered_at"), "ordered_at"),
    "products": Table(Product, ("item_id",), "item_id"),
    "sessioned": Table(Sessioned, ("event_id",), "occurred_at"),
    "sessions": Table(Session, ("session_id",), "started_at"),
}


class Lake:
    """The tables of one operator, in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def version(self, name: str) -> int:
        """Return the number of a table's last commit; -1 where it was never written."""
        return int(self._open(name).version()) if self._exists(name) else -1

    def scan(self, name: str) -> pl.LazyFrame:
        """Return a table as it is now; empty, with its columns, where it was never written."""
        if not self._exists(name):
            return TABLES[name].schema.create_empty().lazy()
        return pl.scan_delta(self._open(name))

    def note(self, name: str) -> dict[str, str]:
        """Return what was noted with a table's last commit."""
        return self._open(name).history(1)[0] if self._exists(name) else {}

    def append_new(
        self,
        name: str,
        frames: Callable[[], Iterable[pl.DataFrame]],
        *,
        distinct: bool = False,
        watch: Callable[[pl.DataFrame], None] = lambda _: None,
    ) -> int:
        """Append the rows whose key the table does not have yet, in one commit; return how many those were.

        `frames` is called again where another writer came first, and may raise to give up: then nothing is
        written. Memory holds a frame at a time, and the keys seen so far unless the rows are `distinct` already.
        `watch` is shown each frame of new rows on its way to the disk.
        Raises `TimeoutError` where other writers come first twenty times.
        """
        for _ in range(TRIES):
            try:
                return self._append(name, frames(), distinct, watch)
            except CommitFailedError:
                continue
        raise TimeoutError(f"{self.folder / name}: other writers came first {TRIES} times. Run the command again.")

    def replace(self, name: str, frame: pl.DataFrame, note: dict[str, str] | None = None) -> None:
        """Replace a table whole, in one commit, with a note beside it."""
        write_deltalake(
            str(self.folder / name),
            to_arrow(frame, TABLES[name].schema),
            mode="overwrite",
            schema_mode="overwrite",
            writer_properties=PROPERTIES,
            commit_properties=CommitProperties(custom_metadata=note or {}),
        )

    def _append(
        self,
        name: str,
        frames: Iterable[pl.DataFrame],
        distinct: bool,
        watch: Callable[[pl.DataFrame], None],
    ) -> int:
        """Write to the very table that was looked at, so that a commit in between makes this one fail."""
        seen = self._open(name) if self._exists(name) else None
        new = _Watched(_keep_new(frames, TABLES[name], seen, distinct), watch)
        first = next(iter(new), None)
        if first is None:
            return 0
        self._commit(seen or self._create(name), chain([first], new), TABLES[name].schema, new)
        return new.rows

    def _commit(
        self, table: DeltaTable, frames: Iterable[pl.DataFrame], schema: type[dy.Schema], watched: "_Watched"
    ) -> None:
        """Append in one commit, as the next turn of all writers; a fault among the frames is raised as it is."""
        turn = (table.transaction_version(WRITER) or 0) + 1
        try:
            write_deltalake(
                table,
                stream(frames, schema),
                mode="append",
                writer_properties=PROPERTIES,
                commit_properties=CommitProperties(app_transactions=[Transaction(WRITER, turn)]),
            )
        except DeltaError as fault:
            raise watched.fault or fault from None

    def _create(self, name: str) -> DeltaTable:
        """Create an empty table; where another writer did so first and filled it, the append's turn is taken."""
        shape = to_arrow(TABLES[name].schema.create_empty(), TABLES[name].schema).schema
        table = DeltaTable.create(str(self.folder / name), schema=Schema.from_arrow(shape), mode="ignore")
        if table.version() > 0:
            raise CommitFailedError(f"{name} was created by another writer")
        return table

    def _exists(self, name: str) -> bool:
        return DeltaTable.is_deltatable(str(self.folder / name))

    def _open(self, name: str) -> DeltaTable:
        return DeltaTable(str(self.folder / name))


class _Watched:
    """Frames that are counted and shown as they are taken; empty ones are passed over, a fault among them is kept.

    The writer would otherwise raise an error of its own in its place, and nobody would know what was wrong.
    """

    def __init__(self, frames: Iterable[pl.DataFrame], watch: Callable[[pl.DataFrame], None]) -> None:
        self._frames, self._watch, self.rows = iter(frames), watch, 0
        self.fault: Exception | None = None

    def __iter__(self) -> Iterator[pl.DataFrame]:
        try:
            for frame in self._frames:
                if len(frame):
                    self.rows += len(frame)
                    self._watch(frame)
                    yield frame
        except Exception as fault:
            self.fault = fault
            raise


def _keep_new(
    frames: Iterable[pl.DataFrame], table: Table, seen: DeltaTable | None, distinct: bool
) -> Iterator[pl.DataFrame]:
    """Yield each frame without the rows that the table or an earlier frame has."""
    key = list(table.key)
    earlier = pl.DataFrame(schema=pl.Schema({name: table.schema.columns()[name].dtype for name in key}))
    for frame in frames:
        fresh = frame if distinct else frame.unique(key, keep="first", maintain_order=True)
        if seen is not None and len(fresh):
            fresh = _without(fresh, _find_near(seen, fresh, table), key)
        if not distinct:
            fresh = _without(fresh, earlier, key)
            earlier = pl.concat([earlier, fresh.select(key)])
        yield fresh


def _without(frame: pl.DataFrame, keys: pl.DataFrame, on: list[str]) -> pl.DataFrame:
    return frame.join(keys, on=on, how="anti", nulls_equal=True, maintain_order="left")


def _find_near(seen: DeltaTable, frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Read the keys of that part of a table in which a frame's rows could stand already."""
    near = frame[table.near]
    within = pl.col(table.near).is_between(pl.lit(near.min()), pl.lit(near.max()))
    return pl.scan_delta(seen).filter(within).select(table.key).collect()
