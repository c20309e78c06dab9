"""Formats: how a log is read, asked for by name or by a log_format string, or found by its first lines."""

from typing import NamedTuple

from ingest.lines import Batch
from ingest.mapping import Mapping
from ingest.readers.own_format import open_log_format
from ingest.readers.pairing import Pair
from ingest.recognition import NAMES, OPENERS, SERVERS, describe_lines, find_fitting, measure, measure_all, take_sample
from ingest.refusals import BadInput

AUTO = "auto"
FORMATS = (AUTO, *OPENERS)
"""What may be asked for; a log_format string may be too."""
SURE = 0.8
"""A format that reads fewer of the first lines is not taken unasked."""
STATEFUL = ("w3c",)
"""Formats that may change in the middle of a log."""


class Format(NamedTuple):
    """How a log is read."""

    name: str
    """One of `FORMATS` but never `auto`, or the log_format string itself."""
    pair: Pair
    """Gives each batch the reader that fits it; lines that are headers or directives move to `blank`."""
    sure: float
    """Share of the head's lines that have its shape, from 0 to 1."""
    resumable: bool
    """Whether reading may go on in the middle of the log, knowing only its head."""
    notice: str = ""
    """What a person should know of the choice; empty where there is nothing to say."""


def choose_format(asked: str, head: Batch, mapping: Mapping | None, where: str, zone: str | None = None) -> Format:
    """Choose how to read a log of which the first lines are given.

    `asked` is one of `FORMATS`, a log_format string as nginx has it, or Apache's LogFormat. `zone` is that of times
    without an offset; it goes before the mapping's. Raises `BadInput` where no format fits, or none surely: what the
    log looks like, how sure that is, and what to do.
    """
    if "$" in asked or "%" in asked:
        pair, notice = open_log_format(asked, mapping, where, zone)
        return Format(asked, pair, measure(pair, head), resumable=True, notice=notice)
    if asked not in FORMATS:
        raise BadInput(
            f"there is no format {asked!r}", where, f"Pass a log_format string, or one of {', '.join(FORMATS)}."
        )
    name = asked if asked != AUTO else _recognise(head, mapping, where, zone)
    if name in SERVERS and mapping and mapping.into != "events":
        raise BadInput(
            f"{NAMES[name]} holds no {mapping.into}", where, "Pass --format csv or ndjson with this mapping."
        )
    pair = OPENERS[name](head, mapping, where, zone)
    sure = measure(pair, head)
    notice = f"It looks like {NAMES[name]}: {sure:.0%} of its first lines read so." if asked == AUTO else ""
    return Format(name, pair, sure, resumable=name not in STATEFUL, notice=notice)


def guess_format(head: Batch, mapping: Mapping | None, where: str) -> str:
    """Say what a log looks like that does not read as what it was passed as."""
    shares = measure_all(head, mapping, where, None)
    best = max(shares, key=lambda name: shares[name])
    if shares[best] > 0.5:
        return f"{NAMES[best]} (--format {best})"
    return describe_lines(take_sample(head).lines["text"])


def _recognise(head: Batch, mapping: Mapping | None, where: str, zone: str | None) -> str:
    """Return the format that surely fits; of several that begin alike, the one that says most.

    Blank lines alone read as any format.
    """
    if head.lines.is_empty() and head.rejected.is_empty():
        return "combined"
    shares = measure_all(head, mapping, where, zone)
    if fitting := find_fitting(shares, head, SURE):
        return fitting
    best = max(shares, key=lambda name: shares[name])
    looks = describe_lines(take_sample(head).lines["text"])
    near = (
        f"; the nearest is {NAMES[best]}, as which {shares[best]:.0%} of its first lines read" if shares[best] else ""
    )
    raise BadInput(
        f"no format fits it surely: it looks like {looks}{near}",
        where,
        "Pass its --format by name, or the server's own log_format string; tables and JSON of an app need --map."
        " Nothing was written.",
    )
