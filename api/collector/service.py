"""Service: the collector as a part of an app's life."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from aiohttp import web
from prometheus_client import CollectorRegistry

from api.collector.endpoints import Endpoint
from api.collector.meter import CollectorMeter
from api.collector.reception import Reception
from api.collector.redaction import Pseudonym
from api.collector.settings import CollectorSettings
from api.collector.spool import Logger, Spool

RECEPTION = web.AppKey("reception", Reception)


def open_collector(
    app: web.Application,
    folder: Path,
    settings: CollectorSettings,
    pseudonym: Pseudonym,
    clock: Callable[[], float],
    registry: CollectorRegistry,
    log: Logger,
) -> None:
    """Let an app take in events, into the spool in a folder, for as long as it lives."""
    meter = CollectorMeter(registry)
    spool = Spool(folder, settings, meter, log)
    app[RECEPTION] = Reception(settings, spool, meter, pseudonym, clock)

    async def live(_: web.Application) -> AsyncIterator[None]:
        async with spool.live():
            yield

    app.cleanup_ctx.append(live)


def take_events(endpoint: Endpoint) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Make the handler of an endpoint."""

    async def receive_events(request: web.Request) -> web.StreamResponse:
        return await request.app[RECEPTION].take(request, endpoint)

    return receive_events
