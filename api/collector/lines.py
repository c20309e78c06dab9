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
EVENT_BYTES = 2 * LINE_BYTES
"""Longest event that is looked through whole: what is hidden in it may make it shorter."""
CUT_CHARACTERS = 64
CUT_WORD = re.compile(r"[0-9A-Za-z%+\- ]+$")
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
    writer = LineWriter(envelope, redactor)
    written = [writer.write(piece, index) for index, piece in enumerate(pieces)]
    faults = tuple(fault for _, fault in written if fault)
    return Written(b"".join(line + b"\n" for line, _ in written), len(written) - len(faults), faults)


class LineWriter:
    """Writes the lines of one request."""

    def __init__(self, envelope: Envelope, redactor: Redactor) -> None:
        self._envelope = envelope
        self._redactor = redactor

    def write(self, piece: Piece, index: int) -> tuple[bytes, Defect | None]:
        """Write the line of one piece without its newline, and say what is wrong with it."""
        if isinstance(piece, Broken):
            return self._write_fault(piece.defect, piece.raw, index)
        raw = msgspec.json.encode(piece.event)
        if len(raw) > EVENT_BYTES:
            return self._write_fault("event_too_long", raw[:EVENT_BYTES].decode("utf-8", "ignore"), index)
        try:
            hidden = self._redactor.hide_event(piece.event)
        except TooDeepError:
            return self._write_fault("not_an_event", raw.decode(), index)
        line = self._write_event(piece, hidden, index)
        if len(line) < LINE_BYTES:
            return line, None
        return self._write_fault("event_too_long", msgspec.json.encode(hidden).decode(), index)

    def _write_event(self, piece: Found, hidden: Document, index: int) -> bytes:
        head = self._envelope
        key = self._redactor.hide_text(piece.key[:KEY_CHARACTERS]) if piece.key else None
        return msgspec.json.encode(
            EventLine(
                head.tracker, head.received_at, head.batch, index, piece.sent_at, head.agent, head.address, key, hidden
            )
        )

    def _write_fault(self, defect: Defect, raw: str, index: int) -> tuple[bytes, Defect]:
        head = self._envelope
        kept = self._redactor.hide_text(_cut(raw, RAW_BYTES))
        while True:
            kept = _cut(kept, RAW_BYTES)
            line = msgspec.json.encode(FaultLine(head.tracker, head.received_at, head.batch, index, defect, kept))
            if len(line) < LINE_BYTES:
                return line, defect
            kept = kept[: len(kept) // 2]


def _cut(text: str, most_bytes: int) -> str:
    """Cut a text to a number of bytes, and leave no half of a number at its end."""
    content = text.encode()
    if len(content) <= most_bytes:
        return text
    kept = content[:most_bytes].decode("utf-8", "ignore")
    return kept[:-CUT_CHARACTERS] + CUT_WORD.sub("", kept[-CUT_CHARACTERS:])
