"""The app: the routes, what they share, and what runs beside them."""

import asyncio
import contextlib
import time
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import msgspec
from aiohttp import web

from api.edition import Stand
from api.keys import ACCESS_LOG, CLOCK, DESCRIPTION, METER, PSEUDONYM, SETTINGS, STAND, Pseudonym
from api.observation import UNMATCHED, AccessLog, Meter, make_logger
from api.openapi import describe_api
from api.problems import ProblemError, describe_problem
from api.responses import SAFE_HEADERS, ready_json
from api.routes import ROUTES
from api.settings import ServeSettings
from api.swap import watch_snapshots

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

LOG_SECONDS = 0.25
"""How long access lines wait to be written together."""


def create_app(
    settings: ServeSettings,
    snapshot_folder: Path,
    pseudonym: Pseudonym,
    *,
    clock: Callable[[], float] = time.time,
) -> web.Application:
    """Make the app that answers from the current snapshot of a folder.

    `pseudonym` turns ("visitor", raw id) and ("customer", raw id) into the names under which the snapshot's histories
    stand. `clock` tells seconds since 1970. The app starts without a snapshot and takes the first that appears.
    """
    app = web.Application(client_max_size=settings.body_bytes, middlewares=[observe])
    app[SETTINGS] = settings
    app[STAND] = Stand()
    app[METER] = Meter()
    app[ACCESS_LOG] = AccessLog()
    app[PSEUDONYM] = pseudonym
    app[CLOCK] = clock
    app[DESCRIPTION] = ready_json(msgspec.json.encode(describe_api(ROUTES)), "public, max-age=60")
    for route in ROUTES:
        app.router.add_route(route.method, route.path, route.handler)
        if route.method == "GET":
            app.router.add_route("HEAD", route.path, route.handler)
    app.cleanup_ctx.append(write_access_lines)
    app.cleanup_ctx.append(watch_snapshots(snapshot_folder))
    return app


@web.middleware
async def observe(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer every failure as a problem, add the safe headers, count and note the request."""
    started = time.perf_counter()
    try:
        response = await handler(request)
    except (ProblemError, web.HTTPException) as fault:
        response = describe_problem(fault)
    except Exception as fault:
        _log_fault(fault)
        response = describe_problem(fault)
    if "X-Content-Type-Options" not in response.headers:
        for name, text in SAFE_HEADERS.items():
            response.headers.setdefault(name, text)
    _note(request, response.status, time.perf_counter() - started)
    return response


async def write_access_lines(app: web.Application) -> AsyncIterator[None]:
    """Write the access lines every moment, and the last ones at the end."""

    async def write_again() -> None:
        while True:
            await asyncio.sleep(LOG_SECONDS)
            app[ACCESS_LOG].write_lines()

    task = asyncio.create_task(write_again())
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    app[ACCESS_LOG].write_lines()


def _note(request: web.Request, status: int, seconds: float) -> None:
    resource = request.match_info.route.resource
    route = resource.canonical if resource is not None else UNMATCHED
    app = request.app
    app[METER].count_request(route, status, seconds)
    if app[SETTINGS].access_log:
        app[ACCESS_LOG].note_request(request.method, route, status, seconds)


def _log_fault(fault: Exception) -> None:
    """Log where an unforeseen fault came from, but not its words: they may hold an id."""
    make_logger().error("request failed", fault=type(fault).__name__, trace=traceback.format_tb(fault.__traceback__))
