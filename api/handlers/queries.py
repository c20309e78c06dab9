"""Queries: reports made on demand by the clerk."""

import msgspec
from aiohttp import web

from api.clerk import AnswerReport, Errand, Outcome
from api.handlers.reports import PRIVATE
from api.keys import CLERK
from api.messages import NoQuery, ReportQuery
from api.problems import ProblemError
from api.requests.questions import read_object, read_query
from api.requests.shapes import find_shape_faults
from api.responses import ready_json, send_ready


async def query_report(request: web.Request) -> web.Response:
    """Make a report on demand: of a funnel by its id or by a definition sent along, or any other."""
    read_query(request.query, NoQuery)
    document = await read_object(request)
    if faults := find_shape_faults(document, ReportQuery):
        raise ProblemError(422, "Mend what is listed under errors.", faults=faults)
    outcome = await send_clerk(request, AnswerReport(msgspec.convert(document, ReportQuery)))
    return send_ready(ready_json(bytes(outcome.document), PRIVATE))


async def send_clerk(request: web.Request, errand: Errand) -> Outcome:
    """Send the clerk on an errand; what it could not do becomes a problem."""
    clerk = request.app[CLERK]
    if clerk is None:
        raise ProblemError(501, "This server was started without the process that reads tables: use `echannel serve`.")
    outcome = await clerk.send(errand)
    if outcome.status >= 400:
        raise ProblemError(outcome.status, outcome.detail, faults=outcome.faults)
    return outcome
