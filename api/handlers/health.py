"""Health: whether the process lives, whether it can answer, and what it has counted."""

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from api.handlers.recommendations import find_edition
from api.keys import METER
from api.messages import Health
from api.responses import SAFE_HEADERS, respond_json


async def show_alive(request: web.Request) -> web.Response:  # noqa: ARG001
    """Say that the process lives."""
    return respond_json(Health("alive"))


async def show_ready(request: web.Request) -> web.Response:
    """Say which snapshot is served; a 503 problem before the first."""
    return respond_json(Health("ready", find_edition(request).version))


async def show_metrics(request: web.Request) -> web.Response:
    """Show what this process has counted, in Prometheus' text format."""
    headers = {**SAFE_HEADERS, "Content-Type": CONTENT_TYPE_LATEST, "Cache-Control": "no-store"}
    return web.Response(body=request.app[METER].write_metrics(), headers=headers)
