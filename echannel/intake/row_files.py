"""Row files: typed tables (Parquet), whose rows are read as lines."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import dataframely as dy
import polars as pl

from ingest import TAIL_BYTES, BadInput, Batch, Line, Place, Rejected, name_column

ROWS = 100_000
MAGIC = b"PAR1"


def is_row_file(file: Path) -> bool:
    """Tell by its first bytes whether a file is Parquet."""
    with file.open("rb") as handle:
        return handle.read(len(MAGIC)) == MAGIC


class RowFile:
    """A Parquet file: written once, and known again by its last bytes."""

    changed_at = None

    def __init__(self, file: Path) -> None:
        self.name = file.name
        try:
            self._table = pl.scan_parquet(file)
            self._columns = self._table.collect_schema().names()
            self._rows = int(self._table.select(pl.len()).collect().item())
        except pl.exceptions.ComputeError as fault:
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

    def check(self, more_to_come: bool) -> None:
        """Take the file for what it was: a table's file is not written to again."""

    def _slice(self, start: int) -> Batch:
        own = [pl.col(column).alias(name_column(column)) for column in self._columns]
        text = pl.struct(self._columns).struct.json_encode()
        rows = self._table.slice(start, ROWS).select(*own, text=text).collect()
        end = start + len(rows)
        lines = rows.with_columns(line=pl.int_range(start + 1, end + 1, dtype=pl.Int64))
        return Batch(cast("dy.DataFrame[Line]", lines), Rejected.create_empty(), 0, Place(end, end, self._tail))
