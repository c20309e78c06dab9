"""Spool: where accepted events lie, on disk, before anybody is told that they were accepted."""

import asyncio
import contextlib
import functools
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import structlog

from api.collector.meter import CollectorMeter
from api.collector.settings import CollectorSettings
from api.collector.writer import Writer

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
        self._settings = settings
        self._meter = meter
        self._log = log
        self._writer = Writer(folder, settings, meter)
        self._thread = ThreadPoolExecutor(1, "spool")
        self._failing = False
        self._held = 0
        self._waiting: list[tuple[bytes, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None

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
        await self._try(self._writer.seal_old)
        looking = asyncio.create_task(self._look_again())
        yield
        looking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await looking
        if self._writing is not None:
            await self._writing
        await self._try(self._writer.seal)
        self._thread.shutdown()

    async def _write_waiting(self) -> None:
        """Write group after group until nobody waits; whatever goes wrong, those who wait are told."""
        while self._waiting:
            group, self._waiting = self._waiting, []
            records = b"".join(record for record, _ in group)
            done = await self._try(functools.partial(self._writer.write, records))
            for _, written in group:
                if not written.done():
                    written.set_result(None) if done else written.set_exception(SpoolError())
            if done:
                self._say_mended()
            if self._writer.is_full():
                await self._try(self._writer.seal)

    async def _look_again(self) -> None:
        while True:
            await asyncio.sleep(min(LOOK_SECONDS, self._settings.segment_seconds))
            await self._try(self._writer.seal_old)

    async def _try(self, work: Callable[[], None]) -> bool:
        """Do something in the writer's thread, and say whether it went well; never raises."""
        try:
            await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except Exception as fault:
            self._meter.failures.inc()
            self._say_broken(fault)
            return False
        return True

    def _say_broken(self, fault: Exception) -> None:
        """Log the first failure of a row; the log may lie on the same full disk."""
        told = fault.strerror if isinstance(fault, OSError) else type(fault).__name__
        if not self._failing:
            with contextlib.suppress(Exception):
                self._log.error("spool does not write", fault=told)
        self._failing = True

    def _say_mended(self) -> None:
        if self._failing:
            with contextlib.suppress(Exception):
                self._log.info("spool writes again")
        self._failing = False

    def _count(self, size: int) -> None:
        self._held += size
        self._meter.waiting.set(self._held)
