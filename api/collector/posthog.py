"""PostHog: batches and single events as JSON, plain or in a form."""

from api.collector.documents import read_document, show_bytes
from api.collector.packing import open_packed
from api.collector.parcels import Broken, Document, Found, Parcel, Piece, read_text, tell_time, write_piece
from api.collector.sensors import read_form
from api.requests.unpacking import UnreadableError

KEYS = ("api_key", "token")


def read_posthog(parcel: Parcel) -> list[Piece]:
    """Read `{"api_key": …, "batch": [event, …]}`, a list of events, or one event; in a form or query under `data`."""
    try:
        content = _find_content(parcel)
        if not content:
            return []
        document = read_document(content)
    except UnreadableError as fault:
        return [Broken("bad_json", show_bytes(fault.opened))]
    if isinstance(document, dict) and isinstance(document.get("batch"), list):
        return [_take_event(event, document, parcel) for event in document["batch"]]
    return [_take_event(event, {}, parcel) for event in (document if isinstance(document, list) else [document])]


def _find_content(parcel: Parcel) -> bytes:
    """Find the JSON: older clients pack it into base64, in a form or in the query."""
    form = read_form(parcel.body) if parcel.body.startswith((b"data=", b"compression=")) else {}
    data = form.get("data") or ("" if parcel.body else parcel.query.get("data", ""))
    return open_packed(data, parcel.most_bytes) if data else parcel.body


def _take_event(event: object, batch: Document, parcel: Parcel) -> Piece:
    key = _find_key(batch)
    if not isinstance(event, dict) or not event:
        return Broken("not_an_event", write_piece(event), key)
    properties = event.get("properties")
    sent_at = batch.get("sent_at", event.get("sent_at", parcel.query.get("_")))
    return Found(event, tell_time(sent_at), key or _find_key(event) or _find_key(properties))


def _find_key(holder: object) -> str | None:
    if not isinstance(holder, dict):
        return None
    return next((key for name in KEYS if (key := read_text(holder.get(name)))), None)
