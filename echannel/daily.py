"""The daily run: from log files to tables, each file whole or not at all."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import polars as pl

from echannel.ahead import map_ahead
from echannel.logs import Log, Watch, check_sample, open_log
from echannel.refresh import refresh_sessions
from echannel.tree import Settings
from ingest import (
    Batch,
    Mapping,
    Pseudonym,
    SiteMap,
    Taken,
    take_events,
    take_orders,
    take_products,
)
from lake import Lake


class Ledger(msgspec.Struct):
    """What became of every line: lines = events + quarantined + duplicates + ignored."""

    lines: int = 0
    events: int = 0
    quarantined: int = 0
    duplicates: int = 0
    ignored: int = 0
    reasons: dict[str, int] = {}
    """Quarantined lines by reason."""
    robots: int = 0
    """Events flagged as no person's, among `events`."""
    seconds: float = 0.0

    @property
    def sentence(self) -> str:
        """Say what became of every line, so that it can be added up."""
        return (
            f"{self.lines:,} lines = {self.events:,} events + {self.quarantined:,} quarantined"
            f" + {self.duplicates:,} duplicates + {self.ignored:,} ignored"
            f" ({self.robots:,} events by robots)"
        )

    def add(self, other: "Ledger") -> None:
        """Add another file's counts to these."""
        for field in ("lines", "events", "quarantined", "duplicates", "ignored", "robots", "seconds"):
            setattr(self, field, getattr(self, field) + getattr(other, field))
        self.reasons = dict(sorted((Counter(self.reasons) + Counter(other.reasons)).items()))


class Intake(msgspec.Struct, frozen=True):
    """How files are to be read, and whither."""

    lake: Lake
    settings: Settings
    site_map: SiteMap
    pseudonym: Pseudonym
    format: str
    channel: str | None = None
    mapping: Mapping | None = None

    @property
    def into(self) -> str:
        """Return the table that the lines belong to."""
        return self.mapping.into if self.mapping else "events"


def ingest_files(files: Sequence[Path], intake: Intake, watch: Watch = lambda _: None) -> Ledger:
    """Read files into the lake and bring its sessions up to date; say what became of every line.

    The beginning of every file is tried first, so that a wrong one is refused before anything is written.
    Raises `BadInput` where a file cannot be read; the files before it stay, of that file nothing does.
    """
    began = time.perf_counter()
    for file in files:
        _open(file, intake, lambda _: None)
    total = Ledger()
    for file in files:
        total.add(ingest_file(file, intake, watch))
    refresh_sessions(intake.lake, intake.settings)
    total.seconds = round(time.perf_counter() - began, 3)
    return total


def ingest_file(file: Path, intake: Intake, watch: Watch) -> Ledger:
    """Write a file's rows in one commit, and its quarantined lines in another."""
    quarantined: list[pl.DataFrame] = []
    ledger = Ledger()

    def rows() -> Iterator[pl.DataFrame]:
        nonlocal ledger
        ledger = Ledger()
        quarantined.clear()
        log = _open(file, intake, watch)
        for taken in _take(log, intake):
            _note(ledger, taken)
            quarantined.append(taken.quarantined)
            yield taken.rows

    def count_robots(kept: pl.LazyFrame) -> None:
        robots = kept.select(pl.col("robot").count()).collect().item() if intake.into == "events" else 0
        ledger.robots += int(robots)

    if intake.into == "products":
        written = _replace_products(intake.lake, rows())
    else:
        written = intake.lake.append_new(intake.into, rows(), distinct=not _has_ids(intake), watch=count_robots)
    if quarantined:
        intake.lake.append_new("quarantine", quarantined)
    ledger.duplicates = ledger.events - written
    ledger.events = written
    return ledger


def _open(file: Path, intake: Intake, watch: Watch) -> Log:
    log = open_log(file, intake.format, intake.channel, intake.mapping, intake.pseudonym, watch)
    return check_sample(log, intake.settings.ingest.sample_lines, intake.settings.ingest.refuse_above)


def _take(log: Log, intake: Intake) -> Iterator[Taken]:
    """Take a log's batches, several at once and in their order."""

    def take(batch: Batch) -> Taken:
        if intake.into == "events":
            return take_events(batch, log.read, log.source, intake.site_map, intake.pseudonym)
        if intake.into == "orders":
            return take_orders(batch, log.read, log.source, intake.pseudonym)
        return take_products(batch, log.read, log.source, intake.pseudonym)

    return map_ahead(take, log.batches)


def _note(ledger: Ledger, taken: Taken) -> None:
    reasons = dict(taken.quarantined["reason"].value_counts().iter_rows())
    ledger.add(
        Ledger(
            lines=taken.lines,
            events=len(taken.rows),
            quarantined=len(taken.quarantined),
            ignored=taken.ignored,
            reasons=reasons,
        )
    )


def _has_ids(intake: Intake) -> bool:
    """Tell whether two lines of one file may be the same row: where the log brings ids of its own."""
    return intake.into == "orders" or intake.format == "ndjson" or "event_id" in (intake.mapping or Mapping({})).fields


def _replace_products(lake: Lake, frames: Iterator[pl.DataFrame]) -> int:
    """Take a catalogue for the whole of today's; of two rows for one product the later stays."""
    catalogue = pl.concat(list(frames)).unique("item_id", keep="last", maintain_order=True).sort("item_id")
    if not catalogue.equals(lake.scan("products").sort("item_id").collect()):
        lake.replace("products", catalogue)
    return len(catalogue)
