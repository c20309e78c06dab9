"""Spool: where accepted events lie, on disk, before anybody is told that they were accepted."""

import asyncio
import contextlib
import errno
import os
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import structlog

from api.collector.meter import CollectorMeter
from api.collector.segment_file import SegmentFile, open_segment, seal_abandoned
from api.collector.settings import CollectorSettings

Logger = structlog.typing.FilteringBoundLogger

LOOK_SECONDS = 0.25
"""How often to look whether a file is old enough to be finished; more often where files live shorter than that."""


class FullError(Exception):
    """There is no room in memory for what would have to wait for the disk."""


class SpoolError(Exception):
    """The disk did not take it."""


class Spool:
    """One process's part of the spool. One thread writes: what arrives while it does goes together into the next write.

    So a hundred requests at once cost a few syncs, and one alone waits for its own only.
    """

    def __init__(self, folder: Path, settings: CollectorSettings, meter: CollectorMeter, log: Logger) -> None:
        self._folder = folder
        self._settings = settings
        self._meter = meter
        self._log = log
        self._segment: SegmentFile | None = None
        self._failing = False
        self._left_behind = False
        self._held = 0
        self._waiting: list[tuple[bytes, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, "spool")

    @contextlib.contextmanager
    def hold(self, size: int) -> Iterator[None]:
        """Count bytes as waiting for as long as this lasts; raises FullError where there is no room for them."""
        if self._held and self._held + size > self._settings.queue_bytes:
            raise FullError
        self._count(size)
        try:
            yield
        finally:
            self._count(-size)

    def is_full(self) -> bool:
        """Tell whether no more can wait."""
        return self._held >= self._settings.queue_bytes

    async def keep(self, record: bytes) -> None:
        """Return once whole lines are on disk; raises SpoolError where they are not."""
        loop = asyncio.get_running_loop()
        written: asyncio.Future[None] = loop.create_future()
        self._waiting.append((record, written))
        if self._writing is None or self._writing.done():
            self._writing = loop.create_task(self._write_waiting())
        await written

    @contextlib.asynccontextmanager
    async def live(self) -> AsyncIterator[None]:
        """Finish what dead processes left, then finish files as they get old, and the last one at the end."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._thread, self._seal_abandoned)
        looking = loop.create_task(self._look_again())
        yield
        looking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await looking
        if self._writing is not None:
            await self._writing
        await loop.run_in_executor(self._thread, self._seal)
        self._thread.shutdown()

    async def _write_waiting(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            group, self._waiting = self._waiting, []
            fault = await loop.run_in_executor(self._thread, self._write, b"".join(record for record, _ in group))
            for _, written in group:
                if written.done():
                    continue
                if fault is None:
                    written.set_result(None)
                else:
                    written.set_exception(SpoolError())

    def _write(self, records: bytes) -> OSError | None:
        """Write and sync one group; returns what the disk said against it."""
        began = time.perf_counter()
        try:
            self._find_segment(len(records)).append(records)
        except OSError as fault:
            self._note_failure(fault)
            return fault
        self._meter.seconds.observe(time.perf_counter() - began)
        self._note_success()
        if self._segment is not None and self._segment.size >= self._settings.segment_bytes:
            self._seal()
        return None

    def _find_segment(self, size: int) -> SegmentFile:
        if self._segment is None:
            self._segment = open_segment(self._folder)
        room = os.statvfs(self._folder)
        if room.f_bavail * room.f_frsize < self._settings.reserve_bytes + size:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return self._segment

    def _seal(self) -> None:
        """Finish the file; where the disk refuses its new name, go on writing into it."""
        if self._segment is None:
            return
        try:
            sealed = self._segment.seal()
        except OSError as fault:
            self._note_failure(fault)
            return
        self._segment = None
        self._meter.sealed.inc(sealed is not None)

    def _note_failure(self, fault: OSError) -> None:
        """Count a failure, tell the first of a row, and let go of a file that half a record stands in."""
        self._meter.failures.inc()
        if not self._failing:
            self._log.error("spool does not write", fault=fault.strerror, errno=fault.errno)
        self._failing = True
        if self._segment is not None and self._segment.broken:
            self._segment.abandon()
            self._segment, self._left_behind = None, True

    def _note_success(self) -> None:
        if self._failing:
            self._log.info("spool writes again")
        self._failing = False

    def _seal_abandoned(self) -> None:
        try:
            for path in seal_abandoned(self._folder):
                self._meter.sealed.inc()
                self._log.info("spool segment recovered", segment=path.name)
            self._left_behind = False
        except OSError as fault:
            self._note_failure(fault)

    async def _look_again(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(min(LOOK_SECONDS, self._settings.segment_seconds))
            await loop.run_in_executor(self._thread, self._seal_old)

    def _seal_old(self) -> None:
        if self._left_behind:
            self._seal_abandoned()
        segment = self._segment
        if segment is not None and segment.size and time.monotonic() - segment.began >= self._settings.segment_seconds:
            self._seal()

    def _count(self, size: int) -> None:
        self._held += size
        self._meter.waiting.set(self._held)
