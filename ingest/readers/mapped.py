"""Table rows of any log, turned into fields by a mapping: values become times, numbers and GA4 names."""

from collections.abc import Iterable

import msgspec
import polars as pl

from ingest.events import EVENT_NAMES
from ingest.mapping import IDENTITY, NEEDED_OF, Clock, Mapping, read_mapping
from ingest.refusals import BadInput

TIMES = frozenset({"occurred_at", "received_at", "ordered_at", "on_sale_from", "on_sale_to"})
NUMBERS = {"price": pl.Float64(), "margin": pl.Float64(), "quantity": pl.Int64(), "position": pl.Int64()}
YEAR_2100_US = 4_102_444_800_000_000
ISO_REST = r"^(?<f>\.\d{1,9})?(?:(?<utc>Z)|(?<hours>[+-]\d\d):?(?<minutes>\d\d))?$"
UNIT_US = {"s": 1_000_000, "ms": 1_000, "us": 1}


def map_fields(rows: pl.DataFrame, mapping: Mapping) -> pl.DataFrame:
    """Name and type the mapped columns of rows: `line`, `text`, and the log's own columns (`name_column`).

    `reason` tells why a row cannot be used, null where it can: `bad_time`, `bad_number`, `unknown_name`,
    `missing_field`. A value that is present but does not read (a time, a number, an event's name) rejects the row:
    it is not taken for absent.
    """
    fields = mapping.fields.items()
    columns = {field: name_column(column) for field, column in fields}
    said = rows.select("line", "text", *(_clean(name, rows.schema[name]).alias(to) for to, name in columns.items()))
    read = said.with_columns(
        *(_convert(field, said.schema[field], mapping) for field in mapping.fields),
        *(pl.col(field).is_not_null().alias(f"{field} given") for field in mapping.fields),
    )
    return read.select("line", "text", *mapping.fields, _judge(mapping).alias("reason"))


def name_column(column: str) -> str:
    """Name a log's own column so that it cannot be taken for one of ours (`line`, `text`)."""
    return f"log {column}"


def check_columns(present: Iterable[str], mapping: Mapping, where: str) -> None:
    """Refuse a table that lacks a mapped column, naming all that are missing."""
    columns = set(present)
    if missing := sorted(set(mapping.fields.values()) - columns):
        raise BadInput(
            f"it has no column {', '.join(missing)}; its columns are {', '.join(sorted(columns))}",
            where,
            "Mend the mapping's [fields], or its `separator` and `header`.",
        )


def fit_mapping(given: Mapping | None, columns: Iterable[str], where: str) -> Mapping:
    """Return the mapping given, checked against the columns; without one, columns that bear our names are taken."""
    if given is None:
        return read_mapping({"fields": {name: name for name in columns if name in IDENTITY.fields}}, where)
    check_columns(columns, given, where)
    return given


def set_zone(mapping: Mapping, zone: str | None) -> Mapping:
    """Put a zone given by hand before the mapping's own."""
    return msgspec.structs.replace(mapping, time=msgspec.structs.replace(mapping.time, zone=zone)) if zone else mapping


def _clean(column: str, dtype: pl.DataType) -> pl.Expr:
    """Strip text and take the empty string for absent; leave other types alone."""
    value = pl.col(column)
    return value.str.strip_chars().replace("", None) if dtype == pl.String else value


def _convert(field: str, dtype: pl.DataType, mapping: Mapping) -> pl.Expr:
    value = pl.col(field)
    if field in TIMES:
        return _read_time(value, dtype, mapping.time)
    if field in NUMBERS:
        number = value.cast(NUMBERS[field], strict=False)
        return pl.when(number.cast(pl.Float64).is_finite()).then(number).alias(field)
    if field == "name" and mapping.into == "events":
        return value.cast(pl.String).replace(mapping.names)
    return value.cast(pl.String)


def _read_time(value: pl.Expr, dtype: pl.DataType, clock: Clock) -> pl.Expr:
    if isinstance(dtype, pl.Datetime):
        return value.dt.replace_time_zone(clock.zone).dt.convert_time_zone("UTC") if dtype.time_zone is None else value
    if isinstance(dtype, pl.Date):
        return value.cast(pl.Datetime("us")).dt.replace_time_zone(clock.zone).dt.convert_time_zone("UTC")
    if clock.unit == "iso":
        return _read_iso(value.cast(pl.String), clock.zone)
    moment = value.cast(pl.Int64, strict=False) * UNIT_US[clock.unit]
    return pl.when(moment.is_between(0, YEAR_2100_US)).then(moment).cast(pl.Datetime("us", "UTC"))


def _read_iso(text: pl.Expr, zone: str) -> pl.Expr:
    """Read `2026-03-02T08:00:01.250+08:00` and its shorter forms; without an offset it is local time in `zone`.

    In the hour that a clock change repeats, the earlier moment is taken; a time it skips does not read.
    """
    whole = pl.when(text.str.len_bytes() == 10).then(text + " 00:00:00").otherwise(text)
    seconds = whole.str.head(19).str.replace("T", " ", literal=True)
    local = seconds.str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us", strict=False)
    rest = whole.str.slice(19).str.extract_groups(ISO_REST)
    fraction = (rest.struct.field("f").cast(pl.Float64) * 1e6).round().cast(pl.Int64).fill_null(0)
    hours = rest.struct.field("hours").cast(pl.Int64)
    sign = pl.when(rest.struct.field("hours").str.starts_with("-")).then(-1).otherwise(1)
    offset = hours * 60 + sign * rest.struct.field("minutes").cast(pl.Int64)
    absolute = (local - pl.duration(minutes=offset.fill_null(0))).dt.replace_time_zone("UTC")
    zoned = local.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null").dt.convert_time_zone("UTC")
    moment = pl.when(hours.is_null() & rest.struct.field("utc").is_null()).then(zoned).otherwise(absolute)
    readable = whole.str.slice(19).str.contains(ISO_REST)
    return pl.when(readable).then(moment + pl.duration(microseconds=fraction))


def _judge(mapping: Mapping) -> pl.Expr:
    """Say the first thing that is wrong with a row, or null."""
    return (
        pl.when(_any_lost(field for field in mapping.fields if field in TIMES))
        .then(pl.lit("bad_time"))
        .when(_any_lost(field for field in mapping.fields if field in NUMBERS))
        .then(pl.lit("bad_number"))
        .when(_is_unknown_name(mapping))
        .then(pl.lit("unknown_name"))
        .when(_is_missing(mapping))
        .then(pl.lit("missing_field"))
    )


def _any_lost(fields: Iterable[str]) -> pl.Expr:
    return pl.any_horizontal(pl.lit(False), *(pl.col(f"{field} given") & pl.col(field).is_null() for field in fields))


def _is_unknown_name(mapping: Mapping) -> pl.Expr:
    named = mapping.into == "events" and "name" in mapping.fields
    return ~pl.col("name").is_in(list(EVENT_NAMES)) if named else pl.lit(False)


def _is_missing(mapping: Mapping) -> pl.Expr:
    groups = [[field for field in group if field in mapping.fields] for group in NEEDED_OF[mapping.into]]
    return pl.any_horizontal(pl.all_horizontal(pl.col(field).is_null() for field in group) for group in groups)
