"""Problems: every failure as one kind of document (RFC 9457), without an id of a person or a word of the inside."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

import msgspec
from aiohttp import web

from api.messages import Fault, Problem
from api.responses import SAFE_HEADERS

PROBLEM_TYPE = "application/problem+json"

ADVICE = {
    400: "The request is not well formed; see the OpenAPI document at /openapi.json.",
    404: "There is nothing here; the routes stand in /openapi.json.",
    405: "This route does not know the method; see the header Allow.",
    503: "No snapshot is loaded yet; publish one, and ask again.",
}


class ProblemError(Exception):
    """A request that cannot be answered."""

    def __init__(
        self, status: int, detail: str, *, faults: Sequence[Fault] = (), headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.faults = list(faults)
        self.headers = dict(headers or {})


def describe_problem(fault: BaseException) -> web.Response:
    """Turn whatever went wrong into an answer; what nobody foresaw becomes a bare 500."""
    if isinstance(fault, ProblemError):
        return _respond(fault.status, fault.detail, faults=fault.faults, headers=fault.headers)
    if isinstance(fault, web.HTTPException):
        kept = {name: value for name, value in fault.headers.items() if name in ("Allow", "Location")}
        return _respond(fault.status, ADVICE.get(fault.status, HTTPStatus(fault.status).description), headers=kept)
    return _respond(500, "The fault is on this side and was logged; ask again later.")


def _respond(
    status: int, detail: str, *, faults: Sequence[Fault] = (), headers: Mapping[str, str] | None = None
) -> web.Response:
    problem = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail, errors=list(faults))
    response = web.Response(
        status=status,
        body=msgspec.json.encode(problem),
        headers={**SAFE_HEADERS, "Content-Type": PROBLEM_TYPE, "Cache-Control": "no-store", **(headers or {})},
    )
    if status == HTTPStatus.REQUEST_TIMEOUT:
        response.force_close()
    return response
