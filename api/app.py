"""The app: the routes, what they share, and what runs beside them."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import msgspec
from aiohttp import web

from api.access import Guard, KeyRegister
from api.clerk import Clerk
from api.collector import open_collector
from api.edition import Stand
from api.keys import ACCESS_LOG, CLERK, CLOCK, DESCRIPTION, METER, PSEUDONYM, SETTINGS, STAND, Pseudonym
from api.observation import UNMATCHED, AccessLog, Meter, make_logger
from api.observer import Observer
from api.openapi import describe_api
from api.process.swap import watch_snapshots
from api.responses import ready_json
from api.routes import COLLECTOR_ROUTES, ROUTES
from api.settings import ServeSettings

UNKNOWN_PATH = "/{path}"
"""How the router names the route that takes what no other takes."""

LOG_SECONDS = 0.05
"""How long access lines wait to be written together."""


def create_app(
    settings: ServeSettings,
    snapshot_folder: Path,
    pseudonym: Pseudonym,
    *,
    spool_folder: Path | None = None,
    access_file: Path | None = None,
    clerk_command: Sequence[str] = (),
    clock: Callable[[], float] = time.time,
) -> web.Application:
    """Make the app that answers from the current snapshot of a folder.

    `pseudonym` turns ("visitor", raw id) and ("customer", raw id) into the names under which the snapshot's histories
    stand; ("token", raw id) and ("text", any text) into what stands in the spool; ("question", any text) into the mark
    of a cursor. What trackers send goes into `spool_folder`; without one nothing is taken in. `access_file` holds the
    hashes of callers' keys. `clerk_command` starts the process that makes reports on demand and keeps funnels; without
    one both are answered with 501. `clock` tells seconds since 1970. The app starts without a snapshot and takes the
    first that appears.
    """
    app = web.Application(client_max_size=settings.body_bytes, handler_args={"auto_decompress": False})
    app[SETTINGS] = settings
    app[STAND] = Stand()
    app[METER] = Meter()
    app[ACCESS_LOG] = AccessLog()
    app[PSEUDONYM] = pseudonym
    app[CLOCK] = clock
    app[CLERK] = Clerk(clerk_command, settings.clerk) if clerk_command else None
    app[DESCRIPTION] = ready_json(msgspec.json.encode(describe_api(ROUTES)), "public, max-age=60")
    observer = Observer(app[METER], app[ACCESS_LOG] if settings.access_log else None)
    guard = Guard(KeyRegister(access_file), open_reports=settings.open_reports)
    collects = spool_folder is not None and settings.collector.enabled
    for route in (*ROUTES, *COLLECTOR_ROUTES) if collects else ROUTES:
        guarded = guard.watch_route(route.scope, route.published, route.handler)
        observed = observer.watch_route(route.template, guarded)
        for method in (route.method, "HEAD") if route.method == "GET" else (route.method,):
            app.router.add_route(method, route.path, observed)
    app.router.add_route("*", "/{path:.*}", observer.watch_route(UNMATCHED, refuse_unknown))
    app.cleanup_ctx.append(write_access_lines)
    if spool_folder is not None and collects:
        open_collector(app, spool_folder, settings.collector, pseudonym, clock, app[METER].registry, make_logger())
    app.cleanup_ctx.append(watch_snapshots(snapshot_folder))
    app.cleanup_ctx.append(dismiss_clerk)
    return app


async def dismiss_clerk(app: web.Application) -> AsyncIterator[None]:
    """Let the clerk go at the end."""
    yield
    clerk = app[CLERK]
    if clerk is not None:
        await clerk.close()


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


async def refuse_unknown(request: web.Request) -> web.StreamResponse:
    """Tell a wrong method, with those that are right, from a wrong path.

    The last route of all, instead of a middleware: that would cost every answer more than making it.
    """
    allowed: set[str] = set()
    for resource in request.app.router.resources():
        if resource.canonical != UNKNOWN_PATH:
            allowed |= (await resource.resolve(request))[1]
    raise web.HTTPMethodNotAllowed(request.method, allowed) if allowed else web.HTTPNotFound
