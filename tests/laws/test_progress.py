"""Whatever happens to a log between readings, every line that was ever whole is an event once."""

import gzip
import os
import shutil
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from echannel.daily import ingest_file
from echannel.intake import Intake, find_feeds
from echannel.tree import IngestSettings, Settings
from ingest import SiteMap
from lake import Lake
from tests.intake import hit, pseudonym

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
SETTINGS = Settings(ingest=IngestSettings(part_lines=3))


class Server:
    """A server that writes a log, and an operator who rotates it in every way there is."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.log, self.lake = folder / "logs", folder / "logs" / "access.log", Lake(folder / "lake")
        self.folder.mkdir()
        self.written, self.generation = 0, 0
        self.half = b""

    def do(self, deed: str) -> None:
        """Let one thing happen."""
        getattr(self, deed)()

    def write(self) -> None:
        """Write some lines, finishing the one that was begun."""
        self._finish()
        self._append(b"".join(self._line() + b"\n" for _ in range(3)))

    def begin(self) -> None:
        """Write half a line."""
        if not self.half:
            line = self._line()
            self._append(line[:40])
            self.half = line[40:]

    def rename(self) -> None:
        """Rotate the log by renaming it; the server finishes its line before it opens a new one."""
        self._finish()
        if self.log.exists():
            self.log.rename(self._name())

    def pack(self) -> None:
        """Pack the latest of the old logs."""
        if old := sorted(self.folder.glob("old*.log")):
            packed = (
                gzip.compress(old[-1].read_bytes()) if self.generation % 2 else zstandard.compress(old[-1].read_bytes())
            )
            old[-1].with_suffix(".packed").write_bytes(packed)
            old[-1].unlink()

    def copy(self) -> None:
        """Rotate the log by copying it and cutting it to nothing."""
        self._finish()
        if self.log.exists():
            shutil.copy(self.log, self._name())
            os.truncate(self.log, 0)

    def read(self) -> None:
        """Read all logs into the lake; what is counted adds up."""
        intake = Intake(self.lake, SETTINGS, SiteMap(), pseudonym, "combined", "web", now=NOW)
        for file in find_feeds([self.folder]) if any(self.folder.iterdir()) else []:
            ledger = ingest_file(file, intake, lambda _: None)
            assert ledger.lines == ledger.events + ledger.quarantined + ledger.duplicates + ledger.ignored

    def _line(self) -> bytes:
        self.written += 1
        return hit(f"/page/{self.written}", ip=f"10.0.0.{self.written % 250}").encode()

    def _finish(self) -> None:
        if self.half:
            self._append(self.half + b"\n")
            self.half = b""

    def _append(self, content: bytes) -> None:
        with self.log.open("ab") as log:
            log.write(content)
        os.utime(self.log, (NOW.timestamp(), NOW.timestamp()))

    def _name(self) -> Path:
        self.generation += 1
        return self.folder / f"old{self.generation:03}.log"


def pages(lake: Lake) -> list[int]:
    seen = lake.scan("events").select(pl.col("page").str.extract(r"(\d+)").cast(pl.Int64)).collect()
    return sorted(seen["page"])


deeds = st.lists(st.sampled_from(["write", "write", "begin", "rename", "pack", "copy", "read"]), max_size=14)


@given(deeds)
@settings(max_examples=40, deadline=None)
def test_every_line_is_an_event_once(done: Iterable[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        for deed in done:
            server.do(deed)
        server.read()
        assert pages(server.lake) == list(range(1, server.written + 1 - bool(server.half)))
        server.do("_finish")
        server.read()
        server.read()
        assert pages(server.lake) == list(range(1, server.written + 1))
