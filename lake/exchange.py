"""An exchange: some files of a table for others, in one commit that fails where anybody else came first."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType

import polars as pl
from deltalake import CommitProperties, Transaction
from deltalake.exceptions import CommitFailedError

from lake.files import describe_file, remove_file, store_rows, write_file
from lake.state import State


class Overtaken(Exception):
    """Another commit came first: look again at what it left, and try once more."""


class Exchange:
    """Files to go from a table as it was, and files to come.

    Used as a context: new files that no commit took are removed at its end.
    """

    def __init__(self, state: State) -> None:
        self.state = state
        self._coming: list[Path] = []
        self._going: set[str] = set()

    def __enter__(self) -> "Exchange":
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        for file in self._coming:
            file.unlink(missing_ok=True)

    @property
    def changes(self) -> bool:
        """Tell whether any file is to go or to come."""
        return bool(self._coming or self._going)

    def take_out(self, files: Iterable[Path | str]) -> None:
        """Let files go."""
        self._going.update(Path(file).name for file in files)

    def put_in(self, frame: pl.DataFrame) -> None:
        """Write rows to a new file, on the disk when this returns; no rows make no file."""
        if len(frame):
            self._coming.append(write_file(self.state.folder, [frame], self.state.kind.schema))

    def put_rows(self, rows: pl.LazyFrame) -> None:
        """Write rows to a new file as they are read, of the table's own columns; no rows make no file."""
        if file := store_rows(rows, self.state.folder):
            self._coming.append(file)

    def commit(self, note: Mapping[str, str], marks: Mapping[str, int] | None = None) -> None:
        """Make the exchange, with a note and marks beside it. Raises `Overtaken` where another commit came first."""
        sizes = {Path(file).name: size for file, size in self.state.pieces.select("file", "size").iter_rows()}
        going = [remove_file(name, sizes[name]) for name in sorted(self._going)]
        coming = [describe_file(file) for file in self._coming]
        taken, self._coming = self._coming, []  # a fault may come after the commit: then the files are the table's
        try:
            self.state.table.create_write_transaction(
                [*going, *coming],
                mode="append",
                schema=self.state.table.schema(),
                commit_properties=CommitProperties(
                    custom_metadata=dict(note),
                    max_commit_retries=0,
                    app_transactions=[Transaction(name, mark) for name, mark in (marks or {}).items()],
                ),
            )
        except CommitFailedError as fault:
            self._coming = taken
            raise Overtaken(str(self.state.folder)) from fault
