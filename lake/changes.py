"""Changes: the files that one commit adds to a table and takes from it."""

from pathlib import Path
from typing import NamedTuple

from deltalake import DeltaTable
from deltalake.transaction import AddAction, RemoveAction

from lake.duplicates import Duplicates, Table, find_duplicates, find_files_with
from lake.files import copy_without, count_rows, describe_file, remove_file


class Change(NamedTuple):
    """What becomes of a table when a new file's rows are taken in."""

    file: Path | None
    """The rows that are taken in; None where the table has them all."""
    actions: list[AddAction | RemoveAction]
    replaced: int
    """Rows of the table that give way to earlier ones."""

    @property
    def rows(self) -> int:
        """Count the rows that the table has more."""
        return (count_rows(self.file) if self.file else 0) - self.replaced


def plan_change(file: Path | None, table: Table, seen: DeltaTable, distinct: bool) -> Change:
    """Plan how a table takes in a new file's rows, each key once; writes what has to be written anew beside it."""
    if file is None:
        return Change(None, [], 0)
    found = find_duplicates(file, table, seen, distinct)
    kept = copy_without(file, found.ours, ["row"]) if len(found.ours) else file
    added: list[AddAction | RemoveAction] = [describe_file(kept)] if kept else []
    return Change(kept, added + _make_way(found, table, seen), len(found.theirs))


def _make_way(found: Duplicates, table: Table, seen: DeltaTable) -> list[AddAction | RemoveAction]:
    """Write the files of the table anew that hold rows which give way, without those."""
    actions: list[AddAction | RemoveAction] = []
    for file in find_files_with(found.theirs, table, seen) if len(found.theirs) else []:
        actions.append(remove_file(file.name, file.stat().st_size))
        copy = copy_without(file, found.theirs, list(table.key))
        actions += [describe_file(copy)] if copy else []
    return actions
