"""Replies: what each kind of tracker takes for a yes, and what browsers need to see of it."""

import base64
import re
from collections.abc import Mapping

from aiohttp import hdrs, web

from api.responses import JSON_TYPE, SAFE_HEADERS

NEVER_KEPT = {
    hdrs.CACHE_CONTROL: "no-store, no-cache, must-revalidate, max-age=0",
    hdrs.PRAGMA: "no-cache",
    hdrs.EXPIRES: "0",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
"""A reply that is kept is an event that never comes; and any page may load the picture."""
METHODS = "GET, HEAD, OPTIONS, POST"
PREFLIGHT_SECONDS = "600"
HEADER_NAMES = re.compile(r"[A-Za-z0-9_, -]{0,500}")


class Reply:
    """A finished yes."""

    def __init__(self, body: bytes, media: str) -> None:
        self.media = media
        self._body = body
        self._headers = {**SAFE_HEADERS, **NEVER_KEPT, hdrs.CONTENT_TYPE: media}

    def respond(self, request: web.Request) -> web.Response:
        """Answer one request with it."""
        return web.Response(body=self._body, headers={**self._headers, **allow_origin(request)})


OK = Reply(b"ok", "text/plain; charset=utf-8")
PICTURE = Reply(base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"), "image/gif")
SUCCESS = Reply(b'{"success":true}', JSON_TYPE)
STATUS_ONE = Reply(b'{"status":1}', JSON_TYPE)


def allow_origin(request: web.Request) -> Mapping[str, str]:
    """Let the asking page read the answer and send its cookies along; nothing for who is no page."""
    origin = request.headers.get(hdrs.ORIGIN)
    if origin is None:
        return {}
    return {
        hdrs.ACCESS_CONTROL_ALLOW_ORIGIN: origin,
        hdrs.ACCESS_CONTROL_ALLOW_CREDENTIALS: "true",
        hdrs.VARY: hdrs.ORIGIN,
    }


async def respond_preflight(request: web.Request) -> web.Response:
    """Tell a browser that the page may send what it wants to send."""
    wanted = request.headers.get(hdrs.ACCESS_CONTROL_REQUEST_HEADERS, "")
    allowed: dict[str, str] = {
        hdrs.ACCESS_CONTROL_ALLOW_METHODS: METHODS,
        hdrs.ACCESS_CONTROL_ALLOW_HEADERS: wanted if HEADER_NAMES.fullmatch(wanted) else hdrs.CONTENT_TYPE,
        hdrs.ACCESS_CONTROL_MAX_AGE: PREFLIGHT_SECONDS,
    }
    return web.Response(status=204, headers={**SAFE_HEADERS, **allow_origin(request), **allowed})
