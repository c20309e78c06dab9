"""Batches: what came in one request, its name, and when it was sent."""

import hashlib
from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from api.collector.parcels import Document, Found, Piece
from api.collector.redaction import Pseudonym

TIMES_OF_SENDING = ("_flush_time",)
"""What changes when the same events are sent again."""


def name_batch(pieces: Sequence[Piece], pseudonym: Pseudonym) -> str:
    """Name a batch by what it says: 32 hexadecimal digits, the same when it is sent again.

    神策's Python SDK gives events no ids, and sends them again when it gets no answer: under one name they are told
    for what they are. The name is keyed, or it could be tried out whose events they were.
    """
    said = [_strip(piece.event) if isinstance(piece, Found) else piece.raw for piece in pieces]
    digest = hashlib.sha256(msgspec.json.encode(said)).hexdigest()
    return hashlib.sha256(pseudonym("line", digest).encode()).hexdigest()[:32]


def share_time(pieces: Sequence[Piece]) -> list[Piece]:
    """Give all events of a batch one time of sending: the latest that any of them states.

    Some trackers state one for each event, and may do so on both sides of a second; a batch has one clock, which is
    corrected once.
    """
    stated = [piece.sent_at for piece in pieces if isinstance(piece, Found) and piece.sent_at]
    latest = max(stated, default=None)
    return [replace(piece, sent_at=latest) if isinstance(piece, Found) else piece for piece in pieces]


def _strip(event: Document) -> Document:
    return {name: value for name, value in event.items() if name not in TIMES_OF_SENDING}
