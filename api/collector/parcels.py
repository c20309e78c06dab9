"""Parcels: one request as a tracker sent it, and what a reader finds in it."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Literal

import msgspec

Defect = Literal["bad_json", "not_an_event", "event_too_long"]
"""What can be wrong with an event: it cannot be read, it is something else, it is longer than a line may be."""

Document = dict[str, object]


class Parcel(msgspec.Struct, frozen=True):
    """One request: the parameters of its address, its body unpacked, and what its headers say of the sender."""

    query: Mapping[str, str]
    body: bytes = b""
    key: str | None = None
    """The write key of the header Authorization."""
    anonymous: bool = False
    """Whether the tracker asks not to be told apart (Snowplow's header SP-Anonymous)."""
    most_bytes: int = 8_388_608
    """How much may be unpacked from inside."""
    torn: str | None = None
    """What could be read of a body whose packing is torn; then there is no body."""


class Found(msgspec.Struct, frozen=True):
    """One event as the tracker wrote it, with when it says it was sent and the key it came with."""

    event: Document
    sent_at: str | None = None
    key: str | None = None


class Broken(msgspec.Struct, frozen=True):
    """One thing that is no event, as text, opened as far as it can be."""

    defect: Defect
    raw: str
    key: str | None = None


Piece = Found | Broken
Reader = Callable[[Parcel], list[Piece]]


def tell_time(value: object) -> str | None:
    """Write a sender's time as ISO 8601 in UTC with microseconds; null where it is no time.

    Numbers, and texts of digits, are milliseconds since 1970; a text without an offset is UTC.
    """
    try:
        if isinstance(value, str) and not value.isdigit():
            moment = datetime.fromisoformat(value)
            moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        elif isinstance(value, str | int | float) and not isinstance(value, bool):
            moment = datetime.fromtimestamp(float(value) / 1000, UTC)
        else:
            return None
    except (ValueError, OverflowError, OSError):
        return None
    return write_time(moment)


def write_time(moment: datetime) -> str:
    """Write a moment of UTC with microseconds and a Z."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def read_text(value: object) -> str | None:
    """Take a value for a key where it is text."""
    return value if isinstance(value, str) and value else None


def write_piece(piece: object) -> str:
    """Write what is no event as the JSON that it was."""
    return msgspec.json.encode(piece).decode()
