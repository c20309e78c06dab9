"""The state of a table at one moment: its files, and what was noted with them."""

from pathlib import Path

from deltalake import DeltaTable, Schema

from lake.cast import to_arrow
from lake.duplicates import Table
from lake.files import limit_statistics
from lake.local import LocalTable
from lake.pieces import list_pieces

UPKEEP = ("OPTIMIZE", "VACUUM START", "VACUUM END")
"""Commits that change no row: what was noted before them still holds."""


class State:
    """A table as it stands when this is made; created empty where it was never written."""

    def __init__(self, folder: Path, kind: Table) -> None:
        self.folder, self.kind = folder, kind
        self.table = open_table(folder, kind)
        self.version = int(self.table.version())
        self.id = str(self.table.metadata().id)
        self.pieces = list_pieces(self.table, kind.near)

    @property
    def note(self) -> dict[str, str]:
        """Return what was noted with the last commit that changed rows."""
        commits = self.table.history(50)
        return next((commit for commit in commits if commit.get("operation") not in UPKEEP), {})


def open_table(folder: Path, kind: Table) -> DeltaTable:
    """Open a table; create it empty where it is not there, and where another writer was faster, his stays."""
    if not LocalTable.is_deltatable(str(folder)):
        folder.mkdir(parents=True, exist_ok=True)
        shape = to_arrow(kind.schema.create_empty(), kind.schema).schema
        told = limit_statistics(kind.schema)
        LocalTable.create(str(folder), schema=Schema.from_arrow(shape), mode="ignore", configuration=told)
    return LocalTable(str(folder))
