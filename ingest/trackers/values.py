"""Values: what trackers write where a text, a number or a time is due."""

import functools
import math
from datetime import UTC, datetime

Document = dict[str, object]

MOST = 10**15
YEAR_2100_US = 4_102_444_800_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Unreadable(ValueError):
    """A value that does not read; its text is the reason for the quarantine."""


def read_text(value: object) -> str | None:
    """Take a text, a number or a truth value as text; null for what is empty, a list or an object."""
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    return None


def read_document(value: object) -> Document:
    """Take an object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def read_documents(value: object) -> list[Document]:
    """Take the objects of a list."""
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []


def read_number(value: object) -> float | None:
    """Take a number, also one written as text; raises Unreadable `bad_number`."""
    if value is None or value == "":
        return None
    try:
        number = float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else math.nan
    except (ValueError, OverflowError):
        number = math.nan
    if not abs(number) <= MOST:
        raise Unreadable("bad_number")
    return number


def read_count(value: object) -> int | None:
    """Take a whole number; raises Unreadable `bad_number`."""
    number = read_number(value)
    if number is None:
        return None
    if not number.is_integer():
        raise Unreadable("bad_number")
    return int(number)


def read_moment(value: object) -> int | None:
    """Take a time as microseconds since 1970: ISO 8601 (UTC where it names no offset) or milliseconds.

    Raises Unreadable `bad_time` where it does not read, or lies before 1970 or after 2100.
    """
    if value is None or value == "":
        return None
    try:
        return _read_moment(value) if isinstance(value, str) else _check_moment(_scale(value))
    except (ValueError, OverflowError, TypeError):
        raise Unreadable("bad_time") from None


@functools.lru_cache(maxsize=4096)
def _read_moment(text: str) -> int:
    """Read a text; all events of a batch bear the same times of sending and receiving."""
    if text.strip().isdecimal():
        return _check_moment(_scale(int(text)))
    moment = datetime.fromisoformat(text.strip())
    zoned = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    since = zoned - EPOCH
    return _check_moment((since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds)


def _scale(milliseconds: object) -> int:
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, int | float):
        raise TypeError("a time is a number or a text")
    return round(milliseconds * 1000)


def _check_moment(moment: int) -> int:
    if not 0 <= moment <= YEAR_2100_US:
        raise ValueError("before 1970 or after 2100")
    return moment
