"""Offering files: TMF620 catalogues, whose offerings are read as lines."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import dataframely as dy
import msgspec
import polars as pl

from ingest import BadInput, Batch, Line, Place, Rejected

LARGEST_BYTES = 1 << 28
"""256 MiB: a catalogue of a million offerings; it is read whole."""


class OfferingFile:
    """A catalogue in JSON: a list of offerings, or one; written anew as a whole, and known by what it holds."""

    changed_at = None
    identity = None

    def __init__(self, file: Path) -> None:
        self.name = file.name
        if file.stat().st_size > LARGEST_BYTES:
            raise BadInput("it is larger than 256 MiB", file.name, "Part the catalogue, or leave out what is retired.")
        content = file.read_bytes()
        self._texts = _part_offerings(content, file.name)
        self._mark = hashlib.sha256(content).digest()

    def close(self) -> None:
        """Leave the file: it was never kept open."""

    def read_head(self, finished: bool) -> Batch | None:  # noqa: ARG002
        """Return its offerings; none where it has none."""
        return self._list() if self._texts else None

    def read_tail(self, offset: int) -> bytes | None:
        """Return what the file is known by; none where it has not as many offerings."""
        return self._mark if offset <= len(self._texts) else None

    def read(self, begin: Place, through: bool, finished: bool) -> Iterator[Batch]:  # noqa: ARG002
        """Yield its offerings as lines: their text is the offering as JSON."""
        yield self._list()

    def count_waiting(self, place: Place) -> int:  # noqa: ARG002
        """Count the bytes behind a place: a catalogue is whole."""
        return 0

    def tell_missing(self, place: Place) -> list[str]:  # noqa: ARG002
        """Say what is gone: nothing, a catalogue is whole."""
        return []

    def check(self, more_to_come: bool) -> None:
        """Take the file for what it was: it was read at once."""

    def _list(self) -> Batch:
        end = len(self._texts)
        lines = pl.DataFrame(
            {"line": range(1, end + 1), "text": self._texts}, schema={"line": pl.Int64, "text": pl.String}
        )
        return Batch(cast("dy.DataFrame[Line]", lines), Rejected.create_empty(), 0, Place(end, end, self._mark))


def _part_offerings(content: bytes, name: str) -> list[str]:
    """Part a document into its offerings; raises `BadInput` where it is no list of anything."""
    try:
        document = msgspec.json.decode(content, type=list[msgspec.Raw] | dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise BadInput(
            f"it does not read as JSON ({fault})", name, "Pass what GET /productOffering answers: a list of offerings."
        ) from None
    return [bytes(each).decode() for each in document] if isinstance(document, list) else [content.decode()]
