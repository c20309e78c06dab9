"""Progress: how far a source was read, in one way of reading, as marks that are committed with its rows.

A mark only saves work: where it is lost, lines are read again, and their ids find the duplicates.
"""

import hashlib
from typing import NamedTuple

import msgspec

from echannel.intake.feeds import Feed
from echannel.intake.plan import Intake
from ingest import START, Place, Pseudonym


class Progress(NamedTuple):
    """The names under which three numbers are kept: bytes and lines read, and what stands before that place."""

    offset: str
    lines: str
    tail: str


def name_progress(fingerprint: str, format_name: str, intake: Intake) -> Progress:
    """Name the marks of one source in one way of reading: another site map, and it is read from its start again."""
    way = (format_name, intake.channel, intake.mapping, intake.site_map, intake.encoding, intake.zone)
    digest = hashlib.sha256(msgspec.json.encode(way, order="sorted")).hexdigest()[:16]
    return Progress(*(f"{fingerprint}/{digest}/{field}" for field in Progress._fields))


def find_place(feed: Feed, progress: Progress, intake: Intake) -> Place:
    """Find the place up to which a source was read: its start, unless the same bytes stand before the mark."""
    marks = intake.lake.marks(intake.into, progress)
    if len(marks) < len(progress):
        return START
    offset, lines, tail = (marks[name] for name in progress)
    found = feed.read_tail(offset)
    return Place(offset, lines, found) if found is not None and _hash(found, intake.pseudonym) == tail else START


def mark_place(place: Place, progress: Progress, pseudonym: Pseudonym) -> dict[str, int]:
    """Return the marks of a place."""
    return dict(zip(progress, (place.offset, place.lines, _hash(place.tail, pseudonym)), strict=True))


def _hash(tail: bytes, pseudonym: Pseudonym) -> int:
    """Hash the bytes before a place to 60 bits, with the key: a line cannot be guessed from its mark."""
    return int(pseudonym("source", hashlib.sha256(tail).hexdigest())[-15:], 16)
