"""Cursors: where a list goes on, as of the moment it was first asked for, so that pages never repeat or skip."""

import hashlib
from typing import Any, NamedTuple

import msgspec

from api.keys import Pseudonym
from api.messages import AlsoBought, BatchQuestion, ForYou
from api.problems import ProblemError

GOOD_MS = 3_600_000
"""An hour: nobody turns pages for longer, and nothing is shown long after its sale."""
AHEAD_MS = 60_000
"""Servers' clocks differ by less; what is on sale later stays unknown until then."""
MOST = 9_999
"""As far as lists go on."""
MARK_DIGITS = 8
"""Enough to notice a mistake: of 4 thousand million other questions one has the same mark."""
OTHER = (
    "This cursor is of another question: ask as before, where only n and lang may change and what was shown needs no "
    "exclude, or ask again without it."
)


class Stage(NamedTuple):
    """How far a list was shown, and of which moment it is."""

    now_ms: int
    offset: int


def read_cursor(question: BatchQuestion, version: str, now_ms: int, pseudonym: Pseudonym) -> Stage:
    """Read where a question goes on; from the beginning, and now, without a cursor.

    Raises a 409 problem for a cursor that is too old, or of another question.
    """
    if question.cursor is None:
        return Stage(now_ms, 0)
    of, moment, offset, mark = question.cursor.split(".")
    if of != version or not now_ms - GOOD_MS <= int(moment) <= now_ms + AHEAD_MS:
        raise ProblemError(409, "The list of this cursor is no longer served; ask again without it.")
    if mark != _mark(question, version, int(moment), pseudonym):
        raise ProblemError(409, OTHER)
    return Stage(int(moment), int(offset))


def write_cursor(question: BatchQuestion, version: str, stage: Stage, given: int, pseudonym: Pseudonym) -> str | None:
    """Write where to go on from an answer; None where it was shorter than asked, or lists go no further."""
    end = stage.offset + given
    if given < question.n or end > MOST:
        return None
    return f"{version}.{stage.now_ms}.{end}.{_mark(question, version, stage.now_ms, pseudonym)}"


def _mark(question: BatchQuestion, version: str, now_ms: int, pseudonym: Pseudonym) -> str:
    """Mark a question at a moment, so that nobody without the key learns from it what, or who, was asked about."""
    asked = msgspec.json.encode([version, now_ms, _settle(question)]).decode()
    return hashlib.sha256(pseudonym("question", asked).encode()).hexdigest()[:MARK_DIGITS]


def _settle(question: BatchQuestion) -> BatchQuestion:
    """Leave out what the list does not hang on: how it is shown, and the order of what has none."""
    same: dict[str, Any] = {"id": "", "n": 1, "lang": None, "cursor": None, "exclude": sorted(set(question.exclude))}
    if isinstance(question, AlsoBought):
        same["item_ids"] = sorted(set(question.item_ids))
    if isinstance(question, ForYou) and question.personalization == "off":
        same |= {"visitor_id": "", "recent": []}
    return msgspec.structs.replace(question, **same)
