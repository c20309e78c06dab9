"""Local tables: Delta tables that name their files as the system does, and whose commits outlive a power cut."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from deltalake import DeltaTable


class LocalTable(DeltaTable):
    """A table in a folder of any name.

    Delta tells the places of files as parts of a URI, in which a blank is %20 and 数 is %E6%95%B0; polars looks for
    files that are called so.
    """

    def file_uris(self, *arguments: Any, **options: Any) -> list[str]:
        """Return the paths of the files."""
        return [unquote(uri).removeprefix("file://") for uri in super().file_uris(*arguments, **options)]

    def create_write_transaction(self, *arguments: Any, **options: Any) -> None:
        """Commit, and return when the record of the commit is on the disk.

        Delta leaves that to the system: after a power cut the record could be there by name and empty, and nobody
        could read the table.
        """
        super().create_write_transaction(*arguments, **options)
        log = Path(unquote(self.table_uri.removeprefix("file://"))) / "_delta_log"
        _sync(max(log.glob("*.json")))
        _sync(log)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
