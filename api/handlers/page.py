"""The page: a first look at the reports and the recommendations, from three files; and the API's description."""

from pathlib import Path

from aiohttp import web

from api.edition import ReadyAnswer
from api.keys import DESCRIPTION
from api.responses import ready_json, respond_ready

FOLDER = Path(__file__).parents[1] / "dashboard"

POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"  # fmt: skip # noqa: E501
"""Only what the page itself consists of may run, and nothing written into it."""

TYPES = {
    "index.html": "text/html; charset=utf-8",
    "page.css": "text/css; charset=utf-8",
    "page.js": "text/javascript; charset=utf-8",
}


def read_page() -> dict[str, ReadyAnswer]:
    """Read the page's files, once."""
    return {name: _ready_file(name, media) for name, media in TYPES.items()}


async def show_page(request: web.Request) -> web.Response:
    """Show the page."""
    return respond_ready(request, FILES["index.html"])


async def show_page_file(request: web.Request) -> web.Response:
    """Give the page its style and its script."""
    ready = FILES.get(request.match_info["file"])
    if ready is None:
        raise web.HTTPNotFound
    return respond_ready(request, ready)


async def show_description(request: web.Request) -> web.Response:
    """Give this description of the API."""
    return respond_ready(request, request.app[DESCRIPTION])


def _ready_file(name: str, media: str) -> ReadyAnswer:
    body = (FOLDER / name).read_bytes()
    return ready_json(body, "no-cache", media=media, **{"Content-Security-Policy": POLICY})


FILES = read_page()
