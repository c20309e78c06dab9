"""Groups of a funnel's entrants, as a person names them: a segment, or the days of entry."""

import re
from datetime import date

import dataframely as dy
import polars as pl

from echannel.exits import Exit, Stop
from echannel.reports.measured import MeasuredFunnel
from paths import UNKNOWN, Level

PERIOD = re.compile(r"(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)")
"""Both days belong to it."""


def choose_entrants(measured: MeasuredFunnel, group: str) -> dy.DataFrame[Level]:
    """Choose the levels of a group: `2026-03-02..2026-03-08` by days of entry, else a value of the breakdown.

    Raises `Stop` for what is neither.
    """
    found = PERIOD.fullmatch(group)
    return _choose_days(measured, group, *found.groups()) if found else _choose_segment(measured, group)


def _choose_days(measured: MeasuredFunnel, group: str, first: str, last: str) -> dy.DataFrame[Level]:
    try:
        days = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError as fault:
        raise Stop(Exit.WRONG_USE, f"{group} is no period: {fault}", "--groups", "Write FROM..TO.") from None
    if days[0] > days[1]:
        raise Stop(Exit.WRONG_USE, f"{group} ends before it begins", "--groups", "Write the earlier day first.")
    day = pl.col("entered_at").dt.convert_time_zone(measured.zone).dt.date()
    return Level.cast(measured.levels.filter(day.is_between(*days)))


def _choose_segment(measured: MeasuredFunnel, group: str) -> dy.DataFrame[Level]:
    if measured.definition.breakdown is None:
        raise Stop(
            Exit.WRONG_USE,
            f"the funnel {measured.name!r} has no segments, so none is called {group!r}",
            "--groups",
            'Give it one in the settings, like breakdown = "channel", or compare two periods, '
            "like --groups 2026-03-02..2026-03-08 2026-03-09..2026-03-15.",
        )
    segments = measured.levels["segment"].fill_null(UNKNOWN)
    if group not in segments:
        known = ", ".join(segments.unique().sort().head(20))
        raise Stop(Exit.WRONG_USE, f"nobody of the segment {group!r} entered", "--groups", f"Those who did: {known}.")
    return Level.cast(measured.levels.filter(segments == group))
