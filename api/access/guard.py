"""The guard: lets nobody through to a route whose key does not open it."""

from collections.abc import Awaitable, Callable

from aiohttp import hdrs, web

from api.access.keys import Scope
from api.access.register import KeyRegister
from api.problems import ProblemError

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

CHALLENGE = 'Bearer realm="echannel"'


class Guard:
    """Stands before handlers. `open_reports` lets everybody read what is published, though there are keys."""

    def __init__(self, register: KeyRegister, *, open_reports: bool) -> None:
        self._register = register
        self._open_reports = open_reports

    def watch_route(self, scope: Scope | None, published: bool, handler: Handler) -> Handler:
        """Let only those through to a route whose key has its scope.

        What is `published` is open to everybody as long as no key was made: then there is nobody to tell apart.
        """
        if scope is None:
            return handler

        async def guarded(request: web.Request) -> web.StreamResponse:
            if not (published and (self._open_reports or not self._register.is_begun)):
                self._require(request, scope)
            return await handler(request)

        return guarded

    def _require(self, request: web.Request, scope: Scope) -> None:
        shown = _read_key(request)
        key = self._register.find_key(shown)
        if key is None:
            told = f'{CHALLENGE}, error="invalid_token"' if shown else CHALLENGE
            detail = "Send a key that opens this as `Authorization: Bearer KEY`; `echannel access add` makes one."
            raise ProblemError(401, detail, headers={hdrs.WWW_AUTHENTICATE: told})
        if scope not in key.scopes:
            told = f'{CHALLENGE}, error="insufficient_scope", scope="{scope}"'
            detail = f"This key does not open it: make one with `echannel access add NAME --scope {scope}`."
            raise ProblemError(403, detail, headers={hdrs.WWW_AUTHENTICATE: told})


def _read_key(request: web.Request) -> str:
    """Read the key that a request shows; none where there is no header, two of them, or another scheme."""
    headers = request.headers.getall(hdrs.AUTHORIZATION, [])
    scheme, _, shown = headers[0].partition(" ") if len(headers) == 1 else ("", "", "")
    return shown.strip() if scheme.lower() == "bearer" else ""
