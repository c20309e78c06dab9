"""The spool: the lines in which the collector keeps what trackers sent, one event a line."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Annotated

import dataframely as dy
import msgspec
import polars as pl

from ingest.lines import Batch, Line
from ingest.sources import Reader
from ingest.trackers.addresses import read_addresses
from ingest.trackers.clocks import correct_clocks
from ingest.trackers.interpretation import INTERPRETERS, Dictionary, interpret_event, make_dictionary
from ingest.trackers.rows import Row, frame_rows
from ingest.trackers.settings import TrackerSettings
from ingest.trackers.statements import Sender
from ingest.trackers.values import Document, Unreadable, read_moment

FAULTS = frozenset({"bad_json", "not_an_event", "event_too_long"})
"""What the collector can find wrong with an event; the words are reasons of the quarantine."""


class Spooled(msgspec.Struct):
    """One line of the spool."""

    tracker: str
    received_at: str
    batch: str
    index: Annotated[int, msgspec.Meta(ge=0, le=1 << 40)]
    event: Document | None = None
    sent_at: str | None = None
    agent: str | None = None
    address: str | None = None
    key: str | None = None
    fault: str | None = None


def pair_spool(batches: Iterable[Batch], settings: TrackerSettings) -> Iterator[tuple[Batch, Reader]]:
    """Give each batch of the spool's lines its reader."""
    read = partial(read_spool, words=make_dictionary(settings))
    return ((batch, read) for batch in batches)


def read_spool(lines: dy.DataFrame[Line], words: Dictionary) -> pl.DataFrame:
    """Read the collector's lines as records; a line of several products stands there once for each, an ignored not.

    Lines are read one by one: what trackers call their properties is known only when it is read, and what nobody
    takes is kept, so there is no one shape to decode into. Times, addresses and channels are then told for all.
    Reasons: `not_spool`, the collector's own (`bad_json`, `not_an_event`, `event_too_long`), `unknown_name`,
    `missing_field`, `bad_time`, `bad_number`.
    """
    numbered = zip(lines["line"].to_list(), lines["text"].to_list(), strict=True)
    rows = frame_rows(row for line, text in numbered for row in _read_line(line, text, words))
    settled = correct_clocks(read_addresses(rows, words.wap))
    return settled.rename({"batch": "source"}).drop("sent_at", "usual_channel", "url", "screen", "last_campaign")


def _read_line(line: int, text: str, words: Dictionary) -> list[Row]:
    try:
        spooled = DECODER.decode(text)
        blank = _place(line, text, spooled)
    except (msgspec.MsgspecError, Unreadable, RecursionError):
        return [Row(line, text, "not_spool")]
    if spooled.fault is not None or spooled.event is None:
        return [Row(line, text, spooled.fault if spooled.fault in FAULTS else "not_an_event")]
    sender = Sender(spooled.key, spooled.agent, spooled.address)
    try:
        return list(interpret_event(spooled.tracker, spooled.event, sender, words, blank))
    except Unreadable as fault:
        return [Row(line, text, str(fault))]


def _place(line: int, text: str, spooled: Spooled) -> Row:
    if spooled.tracker not in INTERPRETERS:
        raise Unreadable("not_spool")
    return Row(
        line,
        text,
        batch=spooled.batch,
        place=spooled.index + 1,
        received_at=read_moment(spooled.received_at),
        sent_at=read_moment(spooled.sent_at),
    )


DECODER = msgspec.json.Decoder(Spooled)
