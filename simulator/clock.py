"""The operator's clock: moments as its logs write them, eight hours ahead of UTC all year."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from simulator.columns import DAY_MS, HOUR_MS

OFFSET_MS: Final = 8 * HOUR_MS


@lru_cache(maxsize=4096)
def _name_day(day: int) -> tuple[str, str]:
    date = datetime.fromtimestamp(day * 86_400, UTC)
    month = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][date.month - 1]
    return f"{date.day:02d}/{month}/{date.year}", date.strftime("%Y-%m-%d")


@lru_cache(maxsize=90_000)
def _name_second(second: int) -> str:
    return f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"


def stamp_web(moment: int) -> str:
    """Write a moment as a web server does: 02/Mar/2026:08:00:01 +0800."""
    day, rest = divmod(moment + OFFSET_MS, DAY_MS)
    return f"{_name_day(day)[0]}:{_name_second(rest // 1000)} +0800"


def stamp_local(moment: int) -> str:
    """Write a moment as local time without an offset: 2026-03-02T08:00:01."""
    day, rest = divmod(moment + OFFSET_MS, DAY_MS)
    return f"{_name_day(day)[1]}T{_name_second(rest // 1000)}"


def stamp_app(moment: int) -> str:
    """Write a moment as the app does: 2026-03-02T08:00:01.123+08:00."""
    return f"{stamp_local(moment)}.{moment % 1000:03d}+08:00"
