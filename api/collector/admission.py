"""Admission: which pages and which keys may send."""

import hmac
from collections.abc import Iterable

from aiohttp import hdrs, web

from api.collector.parcels import Piece
from api.collector.settings import CollectorSettings


def is_origin_known(request: web.Request, settings: CollectorSettings) -> bool:
    """Tell whether the page that sends is one of those that may; who is no page may always."""
    origin = request.headers.get(hdrs.ORIGIN)
    return origin is None or not settings.origins or origin in settings.origins


def are_keys_known(pieces: Iterable[Piece], settings: CollectorSettings) -> bool:
    """Tell whether every piece bears a key that is taken in; how long that takes tells nothing about the keys."""
    if not settings.keys:
        return True
    unknown = sum(not _is_known(key, settings.keys) for key in {piece.key for piece in pieces})
    return not unknown


def _is_known(key: str | None, known: Iterable[str]) -> bool:
    given = (key or "").encode("utf-8", "surrogatepass")
    return sum(hmac.compare_digest(given, one.encode()) for one in known) > 0
