"""The tables on disk: Delta Lake, every write one commit, and no row twice."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from itertools import chain
from pathlib import Path

import polars as pl
from deltalake import CommitProperties, DeltaTable, Transaction, WriterProperties, write_deltalake
from deltalake.exceptions import CommitFailedError

from ingest import Erasure, Event, IdentityLink, Order, Product, Quarantine, Session, Sessioned
from lake.cast import check_types, to_arrow
from lake.changes import Change, plan_change
from lake.duplicates import Table
from lake.exchange import Exchange, Overtaken
from lake.files import limit_statistics, write_file
from lake.local import LocalTable
from lake.lock import share
from lake.state import State, open_table

WRITER = "echannel"
"""The application whose transaction number each append raises: of two writers that saw the same state, one loses."""
REPLACED = "echannel/replaced"
"""The application whose transaction number counts the rows that gave way to one received earlier."""
TRIES = 20
PROPERTIES = WriterProperties(compression="ZSTD")

TABLES = {
    "events": Table(Event, ("event_id",), "occurred_at"),
    "quarantine": Table(Quarantine, ("quarantine_id",), "quarantine_id"),
    "orders": Table(Order, ("order_id", "item_id", "person_id", "ordered_at"), "ordered_at"),
    "products": Table(Product, ("item_id",), "item_id"),
    "sessioned": Table(Sessioned, ("event_id",), "occurred_at"),
    "sessions": Table(Session, ("session_id",), "started_at"),
    "erased": Table(Erasure, ("mark", "erased_at"), "erased_at"),
    "identity": Table(IdentityLink, ("visitor_id", "customer_id"), "first_seen_at"),
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

    def mark(self, name: str, app_id: str) -> int | None:
        """Return how far an application says it has come, in the commit that said so last; None where none did."""
        return self.marks(name, [app_id]).get(app_id)

    def marks(self, name: str, app_ids: Iterable[str]) -> dict[str, int]:
        """Return how far applications say they have come, all of one moment; without those that said nothing."""
        if not self._exists(name):
            return {}
        table = self._open(name)
        return {app_id: mark for app_id in app_ids if (mark := table.transaction_version(app_id)) is not None}

    def append_new(
        self,
        name: str,
        frames: Iterable[pl.DataFrame],
        *,
        distinct: bool = False,
        watch: Callable[[pl.LazyFrame], None] = lambda _: None,
        marks: Callable[[], Mapping[str, int]] = dict,
    ) -> int:
        """Append the rows whose key the table does not have yet, in one commit; return how many those were.

        Of two rows with one key the earlier stays (`find_duplicates`): one that came later but was received earlier
        replaces the other in the same commit, and counts as `REPLACED`, not as new. `marks` is asked after the last
        frame, while nobody can own the lake, and committed with the rows, or alone where there are none. The frames may
        raise to give up: then nothing is written. Memory holds a few frames, and the keys of all. `watch` is shown the
        rows committed.
        Raises `TimeoutError` where other writers come first twenty times.
        """
        full = (frame for frame in frames if len(frame))
        first = next(full, None)
        if first is None and not self.folder.exists():  # nobody owns a lake that is not there
            return self._append(name, None, distinct, watch, marks())
        with share(self.folder):
            if first is None:
                return self._append(name, None, distinct, watch, marks())
            (self.folder / name).mkdir(exist_ok=True)
            file = write_file(self.folder / name, chain([first], full), TABLES[name].schema)
            try:
                moved = marks()
            except BaseException:
                file.unlink()
                raise
            return self._append(name, file, distinct, watch, moved)

    def replace(self, name: str, frame: pl.DataFrame, note: dict[str, str] | None = None) -> None:
        """Replace a table whole, in one commit, with a note beside it; of several at once the last one stays.

        A table of an earlier shape is emptied first, in a commit of its own. Raises `TimeoutError` where other
        writers come first twenty times.
        """
        check_types(TABLES[name].schema)
        if self._exists(name) and self.scan(name).collect_schema() != TABLES[name].schema.create_empty().schema:
            self._reshape(name)
        for _ in range(TRIES):
            with suppress(Overtaken), share(self.folder), Exchange(State(self.folder / name, TABLES[name])) as exchange:
                exchange.take_out(exchange.state.pieces["file"])
                exchange.put_in(frame)
                exchange.commit(note or {})
                return
        raise TimeoutError(f"{self.folder / name}: other writers came first {TRIES} times. Run the command again.")

    def _reshape(self, name: str) -> None:
        """Empty a table and give it the columns of today."""
        write_deltalake(
            str(self.folder / name),
            to_arrow(TABLES[name].schema.create_empty(), TABLES[name].schema),
            mode="overwrite",
            schema_mode="overwrite",
            configuration=limit_statistics(TABLES[name].schema),
            writer_properties=PROPERTIES,
        )

    def _append(
        self,
        name: str,
        file: Path | None,
        distinct: bool,
        watch: Callable[[pl.LazyFrame], None],
        marks: Mapping[str, int],
    ) -> int:
        """Take a new file into a table; where another writer comes first, look again at what he left."""
        if file is None and not marks:
            return 0
        for _ in range(TRIES):
            with suppress(CommitFailedError):
                seen = open_table(self.folder / name, TABLES[name])
                change = plan_change(file, TABLES[name], seen, distinct)
                _commit(seen, change, marks)
                break
        else:
            raise TimeoutError(f"{self.folder / name}: other writers came first {TRIES} times. Run the command again.")
        if file and file != change.file:
            file.unlink()
        if change.file:
            watch(pl.scan_parquet(change.file))
        return change.rows

    def _exists(self, name: str) -> bool:
        return LocalTable.is_deltatable(str(self.folder / name))

    def _open(self, name: str) -> DeltaTable:
        return LocalTable(str(self.folder / name))


def _commit(seen: DeltaTable, change: Change, marks: Mapping[str, int]) -> None:
    """Commit to the very table that was looked at, as the next turn of all writers: one in between makes it fail.

    Whatever else fails here may have failed after the commit: no file that it names is removed.
    """
    moved = {app_id: mark for app_id, mark in marks.items() if seen.transaction_version(app_id) != mark}
    if not change.actions and not moved:
        return
    moved[WRITER] = (seen.transaction_version(WRITER) or 0) + 1
    if change.replaced:
        moved[REPLACED] = (seen.transaction_version(REPLACED) or 0) + change.replaced
    turns = [Transaction(app_id, mark) for app_id, mark in moved.items()]
    seen.create_write_transaction(
        change.actions,
        mode="append",
        schema=seen.schema(),
        commit_properties=CommitProperties(app_transactions=turns),
    )
