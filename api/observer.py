"""The observer: what stands around every handler, so that no failure gets past and no request goes uncounted."""

import time
import traceback
from collections.abc import Awaitable, Callable

from aiohttp import web

from api.observation import AccessLog, Meter, make_logger
from api.problems import ProblemError, describe_problem

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Observer:
    """Wraps handlers; no access lines where there is no log."""

    def __init__(self, meter: Meter, access_log: AccessLog | None) -> None:
        self._meter = meter
        self._access_log = access_log

    def watch_route(self, route: str, handler: Handler) -> Handler:
        """Wrap a route's handler: failures become problems, and every answer is counted and noted."""
        count = self._meter.requests.count_request
        note = self._access_log.note_request if self._access_log is not None else None

        async def observed(request: web.Request) -> web.StreamResponse:
            started = time.perf_counter()
            try:
                response = await handler(request)
            except (ProblemError, web.HTTPException) as fault:
                response = describe_problem(fault)
            except Exception as fault:
                _log_fault(fault)
                response = describe_problem(fault)
            seconds = time.perf_counter() - started
            count(route, response.status, seconds)
            if note is not None:
                note(request.method, route, response.status, seconds)
            return response

        return observed


def _log_fault(fault: Exception) -> None:
    """Log where an unforeseen fault came from, but not its words: they may hold an id."""
    places = [f"{step.filename}:{step.lineno} {step.name}" for step in traceback.extract_tb(fault.__traceback__)]
    make_logger().error("request failed", fault=type(fault).__name__, trace=places)
