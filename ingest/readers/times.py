"""Times: the moments of a mapped column, however a log writes them."""

import polars as pl

from ingest.distinct import judge_distinct
from ingest.mapping import Clock
from ingest.readers.zones import place_in_zone

YEAR_2100_US = 4_102_444_800_000_000
"""1 January 2100: a later time is no time."""
UNIT_US = {"s": 1_000_000.0, "ms": 1_000.0, "us": 1.0, "ns": 0.001}
LONGEST_COUNT = 999_999
"""A count of actions within one moment stays within a second."""

ISO_SECONDS = 19
ISO_REST = r"^(?<fraction>[.,]\d{1,9})?(?: ?(?:(?<utc>[Zz])|(?<hours>[+-]\d\d)(?::?(?<minutes>\d\d))?))?$"
COMPACT = r"^(\d{4})(\d\d)(\d\d)(?:[T ]?(\d\d)(\d\d)(\d\d))?(\D.*)?$"
NO_SECONDS = r"^(.{10}[T ]\d\d:\d\d)([Zz+ -].*)?$"
COMPACT_MS = r"^(\d{14})(\d{3})$"
COMPACT_SPELT = "${1}-${2}-${3} ${4}:${5}:${6}${7}"


def read_times(values: pl.Series, clock: Clock) -> pl.Series:
    """Read a column of times into UTC, to the microsecond; null where a value does not read.

    What lies before 1970 or after 2099 is no time. Typed columns keep their meaning: one without a zone is local.
    """
    if isinstance(values.dtype, pl.Datetime | pl.Date):
        moments = _read_typed(values, clock.zone)
    elif clock.format is not None:
        moments = _read_format(values.cast(pl.String), clock.format, clock.zone)
    elif clock.unit == "iso":
        moments = _read_iso(values.cast(pl.String), clock.zone)
    else:
        moments = _count_units(values, UNIT_US[clock.unit])
    return _keep_era(moments.alias(values.name))


def count_within(moments: pl.Series, counts: pl.Series) -> pl.Series:
    """Add a count of actions to their moments, as microseconds; null where the count is none."""
    counted = pl.DataFrame({"moment": moments, "count": counts.cast(pl.Int64, strict=False)})
    later = pl.col("moment") + pl.duration(microseconds="count")
    return counted.select(
        pl.when(pl.col("count").is_between(0, LONGEST_COUNT)).then(later).alias(moments.name)
    ).to_series()


def _read_typed(values: pl.Series, zone: str) -> pl.Series:
    moments = values.cast(pl.Datetime("us", getattr(values.dtype, "time_zone", None)))
    if getattr(values.dtype, "time_zone", None) is not None:
        return moments.dt.convert_time_zone("UTC")
    return moments.to_frame("local").select(place_in_zone(pl.col("local"), zone)).to_series()


def _read_format(text: pl.Series, signs: str, zone: str) -> pl.Series:
    """Read times by the signs of strptime, each distinct one once."""

    def read(distinct: pl.Series) -> pl.DataFrame:
        local = distinct.str.to_datetime(signs, time_unit="us", strict=False)
        return pl.DataFrame({"moment": _read_typed(local, zone)})

    return judge_distinct(text, read)["moment"]


def _count_units(values: pl.Series, unit_us: float) -> pl.Series:
    """Read numbers of a unit since 1970; whole ones exactly, others to the microsecond."""
    said = values.to_frame("said")
    whole = pl.col("said").cast(pl.Int64, strict=False)
    exact = whole * int(unit_us) if unit_us >= 1 else whole // round(1 / unit_us)
    number = pl.col("said").cast(pl.Float64, strict=False)
    fitting = pl.when((number * unit_us).is_between(0, YEAR_2100_US)).then((number * unit_us).round())
    told = said.select(exact if values.dtype.is_integer() else exact.alias("said")).to_series()
    if values.dtype.is_float() or told.null_count() > values.null_count():
        told = said.select(pl.coalesce(fitting.cast(pl.Int64), exact)).to_series()
    return told.cast(pl.Datetime("us")).dt.replace_time_zone("UTC")


def _read_iso(text: pl.Series, zone: str) -> pl.Series:
    """Read `2026-03-02T08:00:01.250+08:00`, and where some are not written so, its shorter forms too."""
    moments = _read_whole(text, zone)
    return moments if moments.null_count() == text.null_count() else _read_whole(_complete(text), zone)


def _read_whole(text: pl.Series, zone: str) -> pl.Series:
    seconds = text.str.head(ISO_SECONDS).str.replace("T", " ", literal=True)
    local = seconds.str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us", strict=False)
    read = judge_distinct(text.str.slice(ISO_SECONDS), _read_rest).with_columns(local=local)
    absolute = (pl.col("local") - pl.duration(minutes="minutes")).dt.replace_time_zone("UTC")
    without = read["minutes"].null_count()
    moment = pl.coalesce(absolute, place_in_zone(pl.col("local"), zone)) if without else absolute
    return read.select(moment + pl.duration(microseconds="fraction_us")).to_series()


def _complete(text: pl.Series) -> pl.Series:
    """Write the shorter forms of ISO 8601 in full: a date alone, a time without seconds, and one without signs."""
    said = pl.col("text").str.replace(COMPACT_MS, "${1}.${2}")
    spelt = said.str.replace(COMPACT, COMPACT_SPELT).str.replace(" ::", "", literal=True)
    plain = pl.when(pl.col("text").str.contains(r"^\d{5}")).then(spelt).otherwise("text")
    whole = plain.str.replace(r"^(\d{4}-\d\d-\d\d)$", "${1} 00:00:00").str.replace(NO_SECONDS, "${1}:00${2}")
    return text.alias("text").to_frame().select(whole).to_series()


def _read_rest(distinct: pl.Series) -> pl.DataFrame:
    """Read what follows the seconds: the fraction, and the offset in minutes, null where there is none.

    The fraction is null where it does not read.
    """
    parts = distinct.to_frame("rest").select(pl.col("rest").str.extract_groups(ISO_REST).alias("of")).unnest("of")
    fraction = pl.concat_str(pl.lit("0."), pl.col("fraction").str.slice(1)).cast(pl.Float64)
    micro = (fraction * 1e6).round().cast(pl.Int64).fill_null(0)
    sign = pl.when(pl.col("hours").str.starts_with("-")).then(-1).otherwise(1)
    offset = pl.col("hours").cast(pl.Int64) * 60 + sign * pl.col("minutes").cast(pl.Int64).fill_null(0)
    told = pl.when(pl.col("utc").is_not_null()).then(0).otherwise(offset)
    return parts.select(fraction_us=pl.when(distinct.str.contains(ISO_REST)).then(micro), minutes=told.cast(pl.Int64))


def _keep_era(moments: pl.Series) -> pl.Series:
    name, moment = moments.name, pl.col(moments.name)
    in_era = moment.dt.timestamp("us").is_between(0, YEAR_2100_US)
    return moments.to_frame().select(pl.when(in_era).then(moment).alias(name)).to_series()
