"""The protocol: what happens to bytes that never become a request."""

from typing import Any

from aiohttp import web

from api.observation import make_logger
from api.problems import ProblemError, describe_problem

LINE_BYTES = 65_536
"""Longest request line and header; a question with 50 ids to leave out needs a fifth."""


class CarefulHandler(web.RequestHandler):
    """aiohttp's own, but for two things: it never says back or logs what it could not read, and it answers in problems.

    What could not be read may hold an id: aiohttp puts a line that is too long into the answer and into the log.
    """

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002
    ) -> web.StreamResponse:
        """Refuse what is no request, and close the connection."""
        self.log_exception("connection failed", exc_info=exc)
        if request.writer.output_size > 0:
            raise ConnectionError("The answer is on its way already.")
        told = "The request is not well formed HTTP, or longer than this server reads."
        response = describe_problem(ProblemError(status, told) if status < 500 else web.HTTPInternalServerError())
        response.force_close()
        return response

    def log_exception(self, *args: Any, **kwargs: Any) -> None:  # noqa: ARG002
        """Log the kind of a fault and none of its words."""
        make_logger().warning("connection failed", fault=type(kwargs.get("exc_info")).__name__)
