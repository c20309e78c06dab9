"""Row files: typed tables (Parquet), whose rows are read as lines."""

import os
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from ingest import TAIL_BYTES, BadInput, Batch, Place, Rejected, number_rows

ROWS = 100_000
MAGIC = b"PAR1"


def is_row_file(file: Path) -> bool:
    """Tell by its first bytes whether a file is Parquet."""
    with file.open("rb") as handle:
        return handle.read(len(MAGIC)) == MAGIC


class RowFile:
    """A Parquet file: written once, and known again by its last bytes."""

    changed_at = None
    identity = None

    def __init__(self, file: Path) -> None:
        self.name = file.name
        try:
            self._table = pl.scan_parquet(file)
            self._rows = int(self._table.select(pl.len()).collect().item())
        except pl.exceptions.PolarsError as fault:
            raise BadInput(f"it does not read as Parquet ({fault})", file.name, "Pass a Parquet file.") from None
        with file.open("rb") as handle:
            handle.seek(max(0, handle.seek(0, os.SEEK_END) - TAIL_BYTES))
            self._tail = handle.read()

    def close(self) -> None:
        """Leave the file: it was never kept open."""

    def read_head(self, finished: bool) -> Batch | None:  # noqa: ARG002
        """Return its first rows; none where it has none."""
        return self._slice(0) if self._rows else None

    def read_tail(self, offset: int) -> bytes | None:
        """Return what the file is known by; none where it has not as many rows."""
        return self._tail if offset <= self._rows else None

    def read(self, begin: Place, through: bool, finished: bool) -> Iterator[Batch]:  # noqa: ARG002
        """Yield its rows from a place on, as lines: their text is the row as JSON, beside the columns themselves."""
        for start in range(0 if through else begin.lines, self._rows, ROWS):
            yield self._slice(start)

    def count_waiting(self, place: Place) -> int:  # noqa: ARG002
        """Count the bytes behind a place: a table's file is whole."""
        return 0

    def tell_missing(self, place: Place) -> list[str]:  # noqa: ARG002
        """Say what is gone: nothing, a table's file is whole."""
        return []

    def check(self, more_to_come: bool) -> None:
        """Take the file for what it was: a table's file is not written to again."""

    def _slice(self, start: int) -> Batch:
        try:
            table = self._table.slice(start, ROWS).collect()
        except pl.exceptions.PolarsError as fault:
            damage = f"it is damaged behind row {start:,} ({fault})"
            raise BadInput(damage, self.name, "Pass a whole Parquet file; what was read before stays.") from None
        end = start + len(table)
        return Batch(number_rows(table, start), Rejected.create_empty(), 0, Place(end, end, self._tail))
