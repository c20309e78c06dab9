"""The swap: a new snapshot takes the place of the old one while requests go on."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import structlog
from aiohttp import web

from api.edition import Edition, Stand
from api.keys import METER, SETTINGS, STAND
from api.observation import Meter, make_logger
from serving import SnapshotError, load_snapshot, read_current

Logger = structlog.typing.FilteringBoundLogger


class Watch:
    """Looks where the current snapshot points and takes a new one into service, whole and checked.

    A snapshot that is refused is logged and counted once; the one in place goes on answering until the pointer moves.
    """

    def __init__(self, folder: Path, stand: Stand, meter: Meter, cache_bytes: int, log: Logger) -> None:
        self._folder = folder
        self._stand = stand
        self._meter = meter
        self._cache_bytes = cache_bytes
        self._log = log
        self._seen: tuple[int, int] | None = None

    async def look(self) -> None:
        """Look once. Never raises: whatever is wrong with the new must not touch the old."""
        try:
            edition = await asyncio.to_thread(self._fetch)
        except Exception as fault:
            self._meter.refusals.inc()
            told = str(fault) if isinstance(fault, SnapshotError) else type(fault).__name__
            self._log.error("snapshot refused", fault=told)
            return
        if edition is not None:
            self._stand.edition = edition
            self._meter.swaps.inc()
            self._meter.ready.set(1)
            self._meter.model.info({"version": edition.version})
            self._log.info("snapshot taken", model_version=edition.version)

    def _fetch(self) -> Edition | None:
        """Load the current snapshot if the pointer has moved since the last look."""
        pointer = _look_up(self._folder / "CURRENT")
        if pointer == self._seen:
            return None
        self._seen = pointer
        version = read_current(self._folder)
        if version is None or (self._stand.edition is not None and version == self._stand.edition.version):
            return None
        return Edition(load_snapshot(self._folder / version), self._cache_bytes)


def _look_up(pointer: Path) -> tuple[int, int]:
    """Tell one state of the pointer from the next without reading it."""
    if not pointer.exists():
        return 0, 0
    state = pointer.stat()
    return state.st_ino, state.st_mtime_ns


def watch_snapshots(folder: Path) -> Callable[[web.Application], AsyncIterator[None]]:
    """Make the part of an app's life that looks for snapshots: once before the first request, then ever again."""

    async def live(app: web.Application) -> AsyncIterator[None]:
        settings = app[SETTINGS]
        watch = Watch(folder, app[STAND], app[METER], settings.cache_bytes, make_logger())
        await watch.look()
        task = asyncio.create_task(_look_again(watch, settings.refresh_seconds))
        yield
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    return live


async def _look_again(watch: Watch, seconds: float) -> None:
    while True:
        await asyncio.sleep(seconds)
        await watch.look()
