"""The daily run: from logs to tables."""

import time
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

from echannel.intake import (
    INPUT,
    Chosen,
    Intake,
    Ledger,
    Log,
    Parts,
    Watch,
    open_feed,
    open_log,
    tell_waiting,
    write_part,
)
from echannel.sessions.refresh import refresh_sessions
from ingest import START
from lake import tidy

__all__ = ["Intake", "Ledger", "ingest_file", "ingest_files", "ingest_sources"]


def ingest_files(files: Iterable[str | Path], intake: Intake, watch: Watch = lambda _: None) -> Ledger:
    """Read files in one way; see `ingest_sources`."""
    return ingest_sources([Chosen(str(file), intake) for file in files], watch)


def ingest_sources(sources: Sequence[Chosen], watch: Watch = lambda _: None) -> Ledger:
    """Read sources into the lake and bring its sessions up to date; say what became of every line.

    The beginning of every source is tried first, so that a wrong one is refused before anything is written; standard
    input, which can be tried only once, is read first. Raises `BadInput` where one cannot be read: those before it
    stay, and of it the parts before the fault, of a packed file nothing.
    """
    began = time.perf_counter()
    total = Ledger()
    for path, intake in sources:
        _try_first_lines(path, intake)
    for path, intake in sorted(sources, key=lambda source: source.path != INPUT):
        total.add(ingest_file(path, intake, watch))
    for lake, settings in {id(intake.lake): (intake.lake, intake.settings) for _, intake in sources}.values():
        refresh_sessions(lake, settings)
        tidy(lake)
    total.seconds = round(time.perf_counter() - began, 3)
    return total


def ingest_file(path: str | Path, intake: Intake, watch: Watch) -> Ledger:
    """Write what is new of a file, or of standard input, part by part; say what became of every line of it."""
    with closing(open_feed(str(path), intake, watch)) as feed:
        log = open_log(feed, intake)
        return _write_parts(log, intake) if log else Ledger(notices=tell_waiting(feed, START))


def _write_parts(log: Log, intake: Intake) -> Ledger:
    ledger = Ledger(lines=log.begin.lines, duplicates=log.begin.lines, formats={log.format.name: 1})
    ledger.notices += [f"{log.source.name}: {log.format.notice}"] if log.format.notice else []
    ledger.notices += log.feed.tell_missing(log.begin)
    parts = Parts(log, intake)
    while not parts.over:
        part = parts.read_part(intake.settings.ingest.part_lines)
        written = write_part(part, intake, intake.is_distinct(log.format.name), parts.mark)
        written.notices = [f"{log.source.name}: {notice}" for notice in written.notices]
        ledger.add(written)
    ledger.notices += [] if log.finished else tell_waiting(log.feed, parts.place)
    return ledger


def _try_first_lines(path: str, intake: Intake) -> None:
    if path != INPUT:
        with closing(open_feed(path, intake, lambda _: None)) as feed:
            open_log(feed, intake)
