"""Lines: what the spool keeps of a request, one line for each event."""

import re
from collections.abc import Iterable

import msgspec

from api.collector.parcels import Broken, Defect, Document, Found, Piece
from api.collector.redaction import Redactor, TooDeepError

LINE_BYTES = 65_536
"""Longest line with its newline; whoever reads the spool reads no longer ones."""
RAW_BYTES = 32_768
AGENT_CHARACTERS = 1_024
KEY_CHARACTERS = 200
CUT_WORD = re.compile(r"[0-9A-Za-z%+\- ]{1,64}$")
"""What may be half a number at the end of a text that was cut."""


class Envelope(msgspec.Struct, frozen=True):
    """What all events of one request have in common."""

    tracker: str
    received_at: str
    batch: str
    agent: str
    address: str | None


class EventLine(msgspec.Struct, frozen=True):
    """One event."""

    tracker: str
    received_at: str
    batch: str
    index: int
    sent_at: str | None
    agent: str
    address: str | None
    key: str | None
    event: Document


class FaultLine(msgspec.Struct, frozen=True):
    """One thing that is no event."""

    tracker: str
    received_at: str
    batch: str
    index: int
    fault: Defect
    raw: str


class Written(msgspec.Struct, frozen=True):
    """The lines of one request, and how many of them tell of which fault."""

    lines: bytes
    events: int
    faults: tuple[Defect, ...]


def write_lines(pieces: Iterable[Piece], envelope: Envelope, redactor: Redactor) -> Written:
    """Write a line for each piece, nothing left out, each person hidden and each line short enough."""
    lines: list[bytes] = []
    faults: list[Defect] = []
    for index, piece in enumerate(pieces):
        line, fault = _write_line(piece, index, envelope, redactor)
        lines += line, b"\n"
        if fault:
            faults.append(fault)
    return Written(b"".join(lines), len(lines) // 2 - len(faults), tuple(faults))


def _write_line(piece: Piece, index: int, envelope: Envelope, redactor: Redactor) -> tuple[bytes, Defect | None]:
    if isinstance(piece, Broken):
        return _write_fault(piece.defect, piece.raw, index, envelope, redactor), piece.defect
    try:
        hidden = redactor.hide_event(piece.event)
    except TooDeepError:
        raw = msgspec.json.encode(piece.event).decode()
        return _write_fault("not_an_event", raw, index, envelope, redactor), "not_an_event"
    line = _write_event(piece, hidden, index, envelope, redactor)
    if len(line) < LINE_BYTES:
        return line, None
    raw = msgspec.json.encode(hidden).decode()
    return _write_fault("event_too_long", raw, index, envelope, redactor), "event_too_long"


def _write_event(piece: Found, hidden: Document, index: int, envelope: Envelope, redactor: Redactor) -> bytes:
    key = redactor.hide_text(piece.key[:KEY_CHARACTERS]) if piece.key else None
    return msgspec.json.encode(
        EventLine(
            envelope.tracker, envelope.received_at, envelope.batch, index, piece.sent_at,
            envelope.agent, envelope.address, key, hidden,
        )
    )  # fmt: skip


def _write_fault(defect: Defect, raw: str, index: int, envelope: Envelope, redactor: Redactor) -> bytes:
    kept = redactor.hide_text(_cut(raw, RAW_BYTES))
    while True:
        kept = _cut(kept, RAW_BYTES)
        line = msgspec.json.encode(
            FaultLine(envelope.tracker, envelope.received_at, envelope.batch, index, defect, kept)
        )
        if len(line) < LINE_BYTES:
            return line
        kept = kept[: len(kept) // 2]


def _cut(text: str, most_bytes: int) -> str:
    """Cut a text to a number of bytes, and leave no half of a number at its end."""
    content = text.encode()
    return text if len(content) <= most_bytes else CUT_WORD.sub("", content[:most_bytes].decode("utf-8", "ignore"))
