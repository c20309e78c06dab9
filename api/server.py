"""The server: one process that listens, answers, and leaves in peace."""

import asyncio
import gc
import signal
import socket
from collections.abc import Callable
from pathlib import Path

from aiohttp import web

from api.app import create_app
from api.keys import Pseudonym
from api.settings import ServeSettings

LINGERING_SECONDS = 2.0
"""How long to read on from a client that was already refused, so that it sees why."""

Listening = Callable[[str, int], None]
"""Is told the host and the port once the server listens."""


def open_socket(settings: ServeSettings, *, shared: bool = False) -> socket.socket:
    """Bind the address that settings ask for; `shared` lets other processes bind it too."""
    family, kind, protocol, _, address = socket.getaddrinfo(
        settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    bound = socket.socket(family, kind, protocol)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        bound.bind(address)
    except OSError:
        bound.close()
        raise
    return bound


def serve_alone(
    settings: ServeSettings,
    snapshot_folder: Path,
    pseudonym: Pseudonym,
    bound: socket.socket,
    on_listening: Listening,
    parent: int | None = None,
) -> None:
    """Serve on a bound socket until SIGINT or SIGTERM, or until `parent`, the end of a pipe, is closed."""

    async def live() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, stop.set)
        if parent is not None:
            loop.add_reader(parent, stop.set)
        runner = _make_runner(settings, create_app(settings, snapshot_folder, pseudonym))
        try:
            await runner.setup()
            _settle_memory()
            await web.SockSite(runner, bound, backlog=1024).start()
            on_listening(settings.host, bound.getsockname()[1])
            await stop.wait()
        finally:
            if parent is not None:
                loop.remove_reader(parent)
            await runner.cleanup()

    asyncio.run(live())


def _settle_memory() -> None:
    """Take what stays for good out of the garbage collector's rounds: each would walk it in the middle of a request."""
    gc.collect()
    gc.freeze()


def _make_runner(settings: ServeSettings, app: web.Application) -> web.AppRunner:
    return web.AppRunner(
        app,
        access_log=None,
        keepalive_timeout=settings.keepalive_seconds,
        lingering_time=LINGERING_SECONDS,
        shutdown_timeout=settings.shutdown_seconds,
    )
