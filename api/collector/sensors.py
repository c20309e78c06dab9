"""神策 Sensors Analytics: events as JSON in base64, perhaps packed, in a form or in the query."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from api.collector.documents import read_document, show_bytes
from api.collector.packing import open_packed
from api.collector.parcels import Broken, Found, Parcel, Piece, read_text, tell_time, write_piece
from api.requests.unpacking import UnreadableError


def read_sensors(parcel: Parcel) -> list[Piece]:
    """Read `data` (one event) and `data_list` (several), with `gzip=1` or without, checked by `ext=crc=…`."""
    fields = {**parcel.query, **read_form(parcel.body)}
    key = read_text(fields.get("project"))
    packed = [fields[name] for name in ("data", "data_list") if fields.get(name)]
    if not packed:
        return [Broken("not_an_event", show_bytes(parcel.body), key)] if parcel.body else []
    return [piece for text in packed for piece in _read_packed(text, fields.get("ext", ""), parcel.most_bytes, key)]


def read_form(body: bytes) -> Mapping[str, str]:
    """Read a form; a field that comes twice counts once, the last time."""
    return dict(parse_qsl(body.decode("utf-8", "backslashreplace"), keep_blank_values=True))


def _read_packed(text: str, ext: str, most_bytes: int, key: str | None) -> list[Piece]:
    try:
        content = open_packed(text, most_bytes)
        document = read_document(content)
    except UnreadableError as fault:
        return [Broken("bad_json", show_bytes(fault.opened), key)]
    if not _is_whole(text, ext):
        return [Broken("bad_json", show_bytes(content), key)]
    return [_take_event(event, key) for event in (document if isinstance(document, list) else [document])]


def _take_event(event: object, key: str | None) -> Piece:
    if not isinstance(event, dict) or not event:
        return Broken("not_an_event", write_piece(event), key)
    return Found(event, tell_time(event.get("_flush_time")), key or read_text(event.get("project")))


def _is_whole(text: str, ext: str) -> bool:
    """Tell whether the text is as it was sent, as far as the sender said so: `crc` is Java's hash of a string."""
    name, _, told = ext.partition("=")
    if name != "crc" or not told.lstrip("-").isdecimal():
        return True
    return hash_text(text.replace(" ", "+")) == int(told)


def hash_text(text: str) -> int:
    """Hash a text as `java.lang.String.hashCode` does: Σ code · 31^(n−1−i), in 32 bits with a sign."""
    code = 0
    for sign in text.encode("utf-8", "surrogatepass"):
        code = (code * 31 + sign) & 0xFFFFFFFF
    return code - (1 << 32) if code >> 31 else code
