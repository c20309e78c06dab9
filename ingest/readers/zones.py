"""Zones: what the clock on the wall showed, as a moment."""

import polars as pl

A_DAY = pl.duration(days=1)


def place_in_zone(local: pl.Expr, zone: str) -> pl.Expr:
    """Turn local times of a zone into UTC, by the rule of RFC 5545, section 3.3.5.

    In the hour that a clock change repeats the first of the two moments is taken; a time that a change skips is read
    with the offset from before it, so that 02:30 becomes 03:30 where the clock went from 02:00 to 03:00.
    """
    if zone == "UTC":
        return local.dt.replace_time_zone("UTC")
    skipped = _read_on_wall(local - A_DAY, zone) + A_DAY
    return pl.coalesce(_read_on_wall(local, zone), skipped)


def _read_on_wall(local: pl.Expr, zone: str) -> pl.Expr:
    return local.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null").dt.convert_time_zone("UTC")
