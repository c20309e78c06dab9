"""Cursors: where a list goes on, as of the moment it was first asked for, so that pages never repeat or skip."""

from typing import NamedTuple

from api.problems import ProblemError

GOOD_MS = 3_600_000
"""An hour: nobody turns pages for longer, and nothing is shown long after its sale."""
AHEAD_MS = 60_000
"""Servers' clocks differ by less; what is on sale later stays unknown until then."""
MOST = 9_999
"""As far as lists go on."""


class Stage(NamedTuple):
    """How far a list was shown, and of which moment it is."""

    now_ms: int
    offset: int


def read_cursor(cursor: str | None, version: str, now_ms: int) -> Stage:
    """Read where to go on; from the beginning, and now, without a cursor. Raises a 409 problem for one too old."""
    if cursor is None:
        return Stage(now_ms, 0)
    of, moment, offset = cursor.split(".")
    if of != version or not now_ms - GOOD_MS <= int(moment) <= now_ms + AHEAD_MS:
        raise ProblemError(409, "The list of this cursor is no longer served; ask again without it.")
    return Stage(int(moment), int(offset))


def write_cursor(version: str, stage: Stage, asked: int, given: int) -> str | None:
    """Write where to go on from an answer; None where it was shorter than asked, or lists go no further."""
    end = stage.offset + given
    return f"{version}.{stage.now_ms}.{end}" if given == asked and end <= MOST else None
