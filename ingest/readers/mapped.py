"""Table rows of any log, turned into fields by a mapping: values become times, numbers and GA4 names."""

from collections.abc import Iterable, Iterator

import polars as pl

from ingest.events import EVENT_NAMES
from ingest.mapping import NEEDED_OF, Mapping
from ingest.readers.columns import list_own, name_column
from ingest.readers.drift import COLUMN, mark_rows
from ingest.readers.extras import choose_extras, list_unmapped, write_json
from ingest.readers.numbers import NUMBERS, read_numbers, write_text
from ingest.readers.telling import is_telling
from ingest.readers.times import count_within, read_times
from ingest.readers.vocabulary import translate_names

TIMES = frozenset({"occurred_at", "received_at", "device_at", "ordered_at", "on_sale_from", "on_sale_to"})


def map_fields(rows: pl.DataFrame, mapping: Mapping) -> pl.DataFrame:
    """Name and type the mapped columns of rows: `line`, `text`, and the log's own columns (`name_column`).

    `reason` tells why a row cannot be used, null where it can: `bad_time`, `bad_number`, `unknown_name`,
    `missing_field`. A value that is present but does not read (a time, a number, an event's name) rejects the row:
    it is not taken for absent. A mapped column that is not there is null. `extra` holds the columns that nobody
    mapped, and `drift` what `find_drift` counts.
    """
    said = rows.select("line", "text", *(_say(field, rows.schema, mapping) for field in _list_fields(mapping)))
    read = said.with_columns(_convert(said[field], mapping) for field in said.columns[2:])
    if mapping.time.order is not None:
        read = _set_order(read, rows, mapping)
    lost = {field: _lose(said[field], read[field]) for field in said.columns[2:] if field in TIMES or field in NUMBERS}
    judged = read.with_columns(_judge(lost, mapping).alias("reason"), _note(rows, lost, mapping).alias("drift"))
    return _finish(judged, mapping).with_columns(_keep_extras(rows, mapping).alias("extra"))


def _list_fields(mapping: Mapping) -> list[str]:
    return list(dict.fromkeys([*mapping.fields, *mapping.defaults]))


def _say(field: str, schema: pl.Schema, mapping: Mapping) -> pl.Expr:
    """Take what the log says of a field: one column, several joined by a blank, or the default."""
    columns = [name_column(column) for column in mapping.list_columns(field)]
    if not columns or not set(columns) <= set(schema):
        said = pl.lit(None, pl.String)
    elif len(columns) == 1:
        said = _clean(columns[0], schema[columns[0]])
    else:
        said = pl.concat_str([_clean(column, schema[column]) for column in columns], separator=" ")
    default = mapping.defaults.get(field)
    return (said if default is None else pl.coalesce(said.cast(pl.String), pl.lit(default))).alias(field)


def _clean(column: str, dtype: pl.DataType) -> pl.Expr:
    """Strip text, and take the empty string and what is not a number (NaN) for absent; leave other types alone."""
    value = pl.col(column)
    if dtype.is_float():
        return value.fill_nan(None)
    return value.str.strip_chars().replace("", None) if dtype == pl.String else value


def _convert(value: pl.Series, mapping: Mapping) -> pl.Series:
    if value.name in TIMES:
        return read_times(value, mapping.time)
    if value.name in NUMBERS:
        return read_numbers(value)
    if value.name == "name" and mapping.into == "events":
        return translate_names(write_text(value), mapping.names)
    return write_text(value)


def _set_order(read: pl.DataFrame, rows: pl.DataFrame, mapping: Mapping) -> pl.DataFrame:
    column = name_column(str(mapping.time.order))
    if column not in rows.columns or "occurred_at" not in read.columns:
        return read
    return read.with_columns(count_within(read["occurred_at"], rows[column]))


def _lose(said: pl.Series, read: pl.Series) -> pl.Series | None:
    """Mark the values that are there and do not read; nothing where all do."""
    return said.is_not_null() & read.is_null() if read.null_count() > said.null_count() else None


def _judge(lost: dict[str, pl.Series | None], mapping: Mapping) -> pl.Expr:
    """Say the first thing that is wrong with a row, or null."""
    return (
        pl.when(_is_any(lost[field] for field in lost if field in TIMES))
        .then(pl.lit("bad_time"))
        .when(_is_any(lost[field] for field in lost if field in NUMBERS))
        .then(pl.lit("bad_number"))
        .when(_is_unknown_name(mapping))
        .then(pl.lit("unknown_name"))
        .when(_is_missing(mapping))
        .then(pl.lit("missing_field"))
    )


def _is_any(marks: Iterable[pl.Series | None]) -> pl.Expr:
    return pl.any_horizontal(pl.lit(False), *(mark for mark in marks if mark is not None))


def _is_unknown_name(mapping: Mapping) -> pl.Expr:
    named = mapping.into == "events" and "name" in _list_fields(mapping)
    return ~pl.col("name").is_in(list(EVENT_NAMES)) if named else pl.lit(False)


def _is_missing(mapping: Mapping) -> pl.Expr:
    groups = [[field for field in group if field in _list_fields(mapping)] for group in NEEDED_OF[mapping.into]]
    return pl.any_horizontal(pl.all_horizontal(pl.col(field).is_null() for field in group) for group in groups)


def _note(rows: pl.DataFrame, lost: dict[str, pl.Series | None], mapping: Mapping) -> pl.Expr:
    """Mark on each row which columns are not as the mapping expects; null on a row where all are."""
    marks = [pl.lit(mark) for mark in _mark_table(rows, mapping)]
    for field, mark in lost.items():
        if mark is not None:
            kind = "time" if field in TIMES else "number"
            marks.append(pl.when(mark).then(pl.lit(mark_rows(kind, _show(field, mapping), field))))
    if mapping.into == "events" and "name" in _list_fields(mapping):
        marks.append(pl.when(_is_unknown_name(mapping)).then(pl.lit(mark_rows("name", _show("name", mapping), "name"))))
    joined = pl.concat_str(marks, separator=COLUMN, ignore_nulls=True) if marks else pl.lit("")
    return pl.when(joined != "").then(joined)


def _mark_table(rows: pl.DataFrame, mapping: Mapping) -> Iterator[str]:
    """Mark what is wrong with the whole table: mapped columns that are not there, and telling ones left out."""
    present = list_own(rows.columns)
    for field in mapping.fields:
        absent = [column for column in mapping.list_columns(field) if column not in present]
        yield from (mark_rows("absent", column, field) for column in absent)
    yield from (mark_rows("left_out", column) for column in list_unmapped(present, mapping) if is_telling(column))


def _show(field: str, mapping: Mapping) -> str:
    return ", ".join(mapping.list_columns(field)) or field


def _finish(judged: pl.DataFrame, mapping: Mapping) -> pl.DataFrame:
    """Part a URL into its location, and count what is given back as given back."""
    if "url" in judged.columns:
        known = [pl.col("location")] if "location" in judged.columns else []
        judged = judged.with_columns(location=pl.coalesce(*known, _take_path(pl.col("url")))).drop("url")
    if mapping.into == "events" and {"name", "quantity"} <= set(judged.columns):
        judged = judged.with_columns(
            quantity=pl.when(pl.col("name") == "refund").then(pl.col("quantity").abs()).otherwise("quantity")
        )
    return judged


def _take_path(url: pl.Expr) -> pl.Expr:
    """Take what follows the host, from its slash on; a bare host is its own location, and a path stays as it is."""
    bare = url.str.replace(r"^[A-Za-z][A-Za-z0-9+.-]*://", "")
    path = bare.str.splitn("/", 2).struct.field("field_1")
    return pl.when(path.is_not_null()).then("/" + path).otherwise(bare)


def _keep_extras(rows: pl.DataFrame, mapping: Mapping) -> pl.Series:
    if "extra" in rows.columns:
        return rows["extra"]
    present = list_own(rows.columns)
    named = [(column, name_column(column)) for column in choose_extras(present, mapping)]
    return write_json(rows, named)
