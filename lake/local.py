"""Local tables: Delta tables that name their files as the system does."""

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
