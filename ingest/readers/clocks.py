"""Clocks: the ways in which servers write a moment, each read into UTC."""

import polars as pl

from ingest.readers.zones import place_in_zone

LATEST_US = 4_102_444_800_000_000
"""1 January 2100: a later time is no time."""
WIDEST_OFFSET = 1800
"""No place on Earth is 18 hours from UTC."""
ISO_REST = r"^(?<fraction>[.,]\d+)?(?:(?<utc>[Zz])|(?<offset>[+-]\d\d(?::?\d\d)?))?$"
SECONDS_DIGITS, MILLISECONDS_DIGITS = 11, 14


def read_common_clock(clock: pl.Expr) -> pl.Expr:
    """Read `02/Mar/2026:08:00:01 +0800`, whatever follows it; null where it does not read."""
    local = clock.str.slice(0, 20).str.to_datetime("%d/%b/%Y:%H:%M:%S", time_unit="us", strict=False)
    return _shift(local, clock.str.slice(21, 5).cast(pl.Int32, strict=False))


def read_iso_clock(clock: pl.Expr, zone: str = "UTC") -> pl.Expr:
    """Read `2026-03-02T08:00:01.250+08:00`, with a blank for the T, with Z, or in `zone` where no offset follows.

    Clock changes are settled as for every other local time (`place_in_zone`).
    """
    seconds = clock.str.slice(0, 19).str.replace("T", " ", literal=True)
    local = seconds.str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us", strict=False)
    rest = clock.str.slice(19).str.extract_groups(ISO_REST).struct
    offset = rest.field("offset").str.replace(":", "", literal=True).str.pad_end(5, "0").cast(pl.Int32)
    absolute = _shift(local, offset.fill_null(0))
    zoned = place_in_zone(local, zone)
    told = offset.is_not_null() | rest.field("utc").is_not_null()
    read = pl.when(told).then(absolute).otherwise(zoned) + pl.duration(
        microseconds=_read_fraction(rest.field("fraction"))
    )
    return pl.when(clock.str.slice(19).str.contains(ISO_REST)).then(read)


def read_epoch_clock(clock: pl.Expr) -> pl.Expr:
    """Read a number since 1970, with or without a fraction: seconds, or by its length milli- or microseconds."""
    parts = clock.str.splitn(".", 2).struct
    digits = parts.field("field_0").str.len_bytes()
    unit_us = (
        pl.when(digits <= SECONDS_DIGITS).then(1_000_000).when(digits <= MILLISECONDS_DIGITS).then(1_000).otherwise(1)
    )
    fraction = (pl.lit("0.") + parts.field("field_1").fill_null("0")).cast(pl.Float64, strict=False)
    moment = parts.field("field_0").cast(pl.Int64, strict=False) * unit_us + (fraction * unit_us).round().cast(pl.Int64)
    return pl.when(moment.is_between(0, LATEST_US)).then(moment).cast(pl.Datetime("us", "UTC"))


def read_any_clock(clock: pl.Expr, zone: str = "UTC") -> pl.Expr:
    """Read a moment in whichever of these forms it is written."""
    return pl.coalesce(read_iso_clock(clock, zone), read_common_clock(clock), read_epoch_clock(clock))


def _read_fraction(fraction: pl.Expr) -> pl.Expr:
    """Read `.250` as 250,000 microseconds, and nothing as none."""
    number = fraction.str.replace(",", ".", literal=True).cast(pl.Float64)
    return (number * 1e6).round().cast(pl.Int64).fill_null(0)


def _shift(local: pl.Expr, offset: pl.Expr) -> pl.Expr:
    """Return local time less an offset like 800 (+08:00) or -330 (-03:30), in UTC.

    It is null where there is no such offset, and before 1970 or after 2099.
    """
    minutes = offset - 40 * (offset / 100).cast(pl.Int32)
    moment = local.to_physical() - minutes.cast(pl.Int64) * 60_000_000
    known = moment.is_between(0, LATEST_US) & (offset.abs() < WIDEST_OFFSET)
    return pl.when(known).then(moment).cast(pl.Datetime("us", "UTC"))
