"""Responses: JSON with the headers that keep it private or let it be kept."""

import hashlib

import msgspec
from aiohttp import hdrs, web

from api.edition import ReadyAnswer

JSON_TYPE = "application/json; charset=utf-8"

SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Server": "echannel",
}
"""What every answer bears: nobody guesses its type, frames it, learns where it was asked, or what it runs on."""


def respond_json(message: msgspec.Struct) -> web.Response:
    """Answer with a message that nobody may keep."""
    headers = {**SAFE_HEADERS, hdrs.CONTENT_TYPE: JSON_TYPE, hdrs.CACHE_CONTROL: "no-store"}
    return web.Response(body=msgspec.json.encode(message), headers=headers)


def ready_json(body: bytes, cache_control: str, *, media: str = JSON_TYPE, **headers: str) -> ReadyAnswer:
    """Finish an answer that may be kept, with a tag made from its bytes."""
    etag = f'"{make_tag(body)}"'
    fixed: dict[str, str] = {hdrs.CONTENT_TYPE: media, hdrs.CACHE_CONTROL: cache_control, hdrs.ETAG: etag}
    return ReadyAnswer(body, etag, {**fixed, **SAFE_HEADERS, **headers})


def make_tag(body: bytes) -> str:
    """Make the tag that tells one answer from another, without its quotes."""
    return hashlib.sha256(body).hexdigest()[:20]


def respond_ready(request: web.Request, ready: ReadyAnswer) -> web.Response:
    """Answer with finished bytes, or with 304 where the asker has them already."""
    if hdrs.IF_NONE_MATCH in request.headers and _holds(request, ready.etag):
        kept = {name: text for name, text in ready.headers.items() if name != hdrs.CONTENT_TYPE}
        return web.Response(status=304, headers=kept)
    return send_ready(ready)


def send_ready(ready: ReadyAnswer, *, status: int = 200) -> web.Response:
    """Answer with finished bytes, whatever the asker has."""
    return web.Response(status=status, body=ready.body, headers=ready.headers)


def _holds(request: web.Request, etag: str) -> bool:
    """Tell whether the asker named this tag, or any."""
    named = request.if_none_match or ()
    return any(tag.value in ("*", etag.strip('"')) for tag in named)
