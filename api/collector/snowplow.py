"""Snowplow: batches of its tracker protocol 2, and single events in the query of a request."""

from api.collector.documents import read_document, show_bytes
from api.collector.packing import open_base64
from api.collector.parcels import Broken, Document, Found, Parcel, Piece, read_text, tell_time, write_piece
from api.requests.unpacking import UnreadableError

OPENED = {"ue_px": "ue_pr", "cx": "co"}
"""Fields in base64, and what the same field is called when it is plain JSON."""
NETWORK = ("ip", "nuid", "tnuid")
"""Fields that tell senders apart by their network, which SP-Anonymous forbids."""


def read_snowplow(parcel: Parcel) -> list[Piece]:
    """Read `{"schema": …, "data": [event, …]}`, or the one event that the query is."""
    if not parcel.body:
        return [_take_event(dict(parcel.query), parcel)] if parcel.query else []
    try:
        document = read_document(parcel.body)
    except UnreadableError as fault:
        return [Broken("bad_json", show_bytes(fault.opened))]
    events = document.get("data") if isinstance(document, dict) else None
    if not isinstance(events, list):
        return [Broken("not_an_event", show_bytes(parcel.body))]
    return [_take_event(event, parcel) for event in events]


def _take_event(event: object, parcel: Parcel) -> Piece:
    if not isinstance(event, dict) or not event:
        return Broken("not_an_event", write_piece(event))
    plain = _open_fields(event)
    if parcel.anonymous:
        plain = {name: value for name, value in plain.items() if name not in NETWORK}
    return Found(plain, tell_time(event.get("stm")), read_text(event.get("aid")))


def _open_fields(event: Document) -> Document:
    """Make objects of the fields that hold JSON; what cannot be opened stays, as text that hides nothing."""
    opened: Document = {}
    for name, value in event.items():
        if name in OPENED and isinstance(value, str):
            plain_name, opened_value = _open_base64_field(name, value)
            opened[plain_name] = opened_value
        elif name in OPENED.values() and isinstance(value, str):
            opened[name] = _open_text(value)
        else:
            opened[name] = value
    return opened


def _open_base64_field(name: str, value: str) -> tuple[str, object]:
    try:
        content = open_base64(value)
        return OPENED[name], read_document(content)
    except UnreadableError as fault:
        return name, show_bytes(fault.opened)


def _open_text(value: str) -> object:
    try:
        return read_document(value.encode())
    except UnreadableError:
        return value
