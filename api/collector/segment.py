"""Segment and RudderStack: batches, and single calls, as JSON."""

import base64
import binascii

from api.collector.documents import read_document, show_bytes
from api.collector.parcels import Broken, Document, Found, Parcel, Piece, Reader, read_text, tell_time, write_piece
from api.requests.unpacking import UnreadableError

CALLS = {"t": "track", "p": "page", "i": "identify", "s": "screen", "a": "alias", "g": "group"}
"""The calls, each under the letter that Segment's script uses for it."""


def read_segment(parcel: Parcel) -> list[Piece]:
    """Read `{"batch": [event, …], "sentAt": …, "writeKey": …}`."""
    return _read(parcel, None)


def read_call(call: str) -> Reader:
    """Make the reader of a single event, whose kind the path tells where the event itself does not."""
    return lambda parcel: _read(parcel, call)


def _read(parcel: Parcel, call: str | None) -> list[Piece]:
    if not parcel.body:
        return []
    try:
        document = read_document(parcel.body)
    except UnreadableError as fault:
        return [Broken("bad_json", show_bytes(fault.opened), parcel.key)]
    key = parcel.key or (read_text(document.get("writeKey")) if isinstance(document, dict) else None)
    if isinstance(document, dict) and isinstance(document.get("batch"), list):
        return [_take_event(event, key, document.get("sentAt"), None) for event in document["batch"]]
    if call is None:
        return [Broken("not_an_event", show_bytes(parcel.body), key)]
    return [_take_event(document, key, None, call)]


def _take_event(event: object, key: str | None, sent_at: object, call: str | None) -> Piece:
    if not isinstance(event, dict) or not event:
        return Broken("not_an_event", write_piece(event), key)
    kind: Document = {"type": call} if call else {}
    return Found({**kind, **event}, tell_time(event.get("sentAt", sent_at)), key)


def read_write_key(authorization: str) -> str | None:
    """Read the write key that a Segment client sends as the user of HTTP's basic authentication."""
    scheme, _, secret = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user = base64.b64decode(secret, validate=True).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return None
    return user or None
