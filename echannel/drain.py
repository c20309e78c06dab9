"""The drain: what trackers sent goes from the spool into the lake."""

import fcntl
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from itertools import chain
from pathlib import Path

from api import seal_abandoned
from echannel.intake import Intake, Ledger, Watch, open_feed, take_ahead, write_part
from echannel.places import find_spool_folder
from echannel.sessions.refresh import refresh_sessions
from echannel.workspace import Workspace
from ingest import START, Recipe, Source, Taken, pair_spool, write_recipe

FORMAT = "spool"
SEALED = ".ndjson"
"""Files that the collector has finished; those it still writes have another ending."""
PART_BYTES = 256 << 20
"""Files of about so many bytes are committed together: a busy collector finishes several a minute."""
LOCK = ".drain"


def drain_spool(space: Workspace, now: datetime, watch: Watch = lambda _: None) -> Ledger:
    """Take the spool's finished files into the lake, oldest first, and bring its sessions up to date.

    A file is deleted when its rows are committed and on the disk. Killed before that, it is read again, and the
    events' ids find what is there already; so nothing is lost and nothing doubled. Of two drains at once the second
    does nothing and says so. What dead servers left unfinished is finished first.
    """
    began = time.perf_counter()
    folder = find_spool_folder(space.lake.folder)
    ledger = Ledger()
    with own_spool(folder, wait=False) as owned:
        if not owned:
            ledger.notices.append("The spool is being drained by another process.")
        for segments in _group(_finish_segments(folder) if owned else []):
            ledger.add(_drain(segments, space, now, watch))
    refresh_sessions(space.lake, space.settings)
    ledger.seconds = round(time.perf_counter() - began, 3)
    return ledger


def count_spooled(space: Workspace) -> int:
    """Count the bytes that wait in the spool, for those who wait for it."""
    waiting = find_segments(find_spool_folder(space.lake.folder))
    return sum(segment.stat().st_size for segment in waiting if segment.exists())


def find_segments(folder: Path) -> list[Path]:
    """Return the spool's finished files in the order in which they were begun."""
    return sorted(folder.glob(f"*{SEALED}"))


@contextmanager
def own_spool(folder: Path, *, wait: bool) -> Iterator[bool]:
    """Be the only one who reads, changes or deletes the spool's finished files; tell whether that is so.

    With `wait` it always is, in the end. The collector goes on writing meanwhile.
    """
    if not folder.is_dir():
        yield True
        return
    with (folder / LOCK).open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
        else:
            yield True


def _finish_segments(folder: Path) -> list[Path]:
    seal_abandoned(folder)
    return find_segments(folder)


def _group(segments: Iterable[Path]) -> Iterator[list[Path]]:
    """Put files together until they are a part."""
    group: list[Path] = []
    size = 0
    for segment in segments:
        group.append(segment)
        size += segment.stat().st_size
        if size >= PART_BYTES:
            yield group
            group, size = [], 0
    if group:
        yield group


def _drain(segments: list[Path], space: Workspace, now: datetime, watch: Watch) -> Ledger:
    """Commit the lines of some files, and delete the files then."""
    intake = Intake(*space, format=FORMAT, finished=True, now=now)
    taken = chain.from_iterable(_take(segment, intake, watch) for segment in segments)
    ledger = write_part(taken, intake, distinct=False)
    ledger.formats = {FORMAT: len(segments)}
    os.sync()  # what says that the rows are in the table must outlive a power cut before their source may go
    for segment in segments:
        segment.unlink()
    return ledger


def _take(segment: Path, intake: Intake, watch: Watch) -> Iterator[Taken]:
    with closing(open_feed(str(segment), intake, watch)) as feed:
        fingerprint = intake.pseudonym("source", segment.name)
        source = Source(segment.name, fingerprint, FORMAT, recipe=write_recipe(Recipe(FORMAT)))
        batches = feed.read(START, through=False, finished=True)
        yield from take_ahead(pair_spool(batches, intake.settings.trackers), source, intake)
