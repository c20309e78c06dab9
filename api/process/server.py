"""The server: one process that listens, answers, and leaves in peace."""

import asyncio
import gc
import signal
import socket
from collections.abc import Callable

from aiohttp import web

from api.process.protocol import LINE_BYTES, CarefulHandler
from api.settings import ServeSettings

LINGERING_SECONDS = 2.0
"""How long to read on from a client that was already refused, so that it sees why."""

MakeApp = Callable[[], web.Application]

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
    make_app: MakeApp,
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
        app = make_app()
        runner = web.AppRunner(app, shutdown_timeout=settings.shutdown_seconds)
        try:
            await runner.setup()
            _settle_memory()
            server = await _listen(runner, settings, bound)
            on_listening(settings.host, bound.getsockname()[1])
            await stop.wait()
            server.close()
        finally:
            if parent is not None:
                loop.remove_reader(parent)
            await runner.cleanup()

    asyncio.run(live())


def _settle_memory() -> None:
    """Take what stays for good out of the garbage collector's rounds: each would walk it in the middle of a request."""
    gc.collect()
    gc.freeze()


async def _listen(runner: web.AppRunner, settings: ServeSettings, bound: socket.socket) -> asyncio.Server:
    """Open the socket to clients, with limits on how slow and how long they may be."""
    loop = asyncio.get_running_loop()

    def meet_client() -> CarefulHandler:
        assert runner.server is not None  # noqa: S101
        return CarefulHandler(
            runner.server,
            loop=loop,
            keepalive_timeout=settings.keepalive_seconds,
            lingering_time=LINGERING_SECONDS,
            auto_decompress=False,
            max_line_size=LINE_BYTES,
            max_field_size=LINE_BYTES,
            access_log=None,  # type: ignore[arg-type]
        )

    return await loop.create_server(meet_client, sock=bound, backlog=1024)
