"""Extras: what a table says in columns that nobody mapped, kept aside as JSON text."""

from collections.abc import Iterable

import msgspec
import polars as pl

from ingest.mapping import Mapping
from ingest.readers.telling import is_telling


def choose_extras(columns: Iterable[str], mapping: Mapping) -> list[str]:
    """List the columns that are kept aside: not mapped, not dropped, and not telling who somebody is."""
    return [column for column in list_unmapped(columns, mapping) if not is_telling(column)]


def list_unmapped(columns: Iterable[str], mapping: Mapping) -> list[str]:
    """List the columns that would be kept aside, were they not telling; none where `extra` is off."""
    known = {*mapping.read_columns(), *mapping.drop}
    wanted = mapping.extra and mapping.into == "events"
    return [column for column in columns if wanted and column not in known]


def write_json(table: pl.DataFrame, named: Iterable[tuple[str, str]]) -> pl.Series:
    """Write columns (the name in the JSON text, and the column) as one JSON object a row.

    Columns that are null or empty in a row are left out of it; null where nothing is left.
    """
    members = table.select(_spell(column, table.schema[column]).alias(key) for key, column in named)
    if not members.width:
        return pl.repeat(None, len(table), dtype=pl.String, eager=True)
    text = members.select(pl.struct(pl.all()).struct.json_encode()).to_series()
    return _leave_out_nulls(text, [name for name in members.columns if members[name].null_count()], members.columns[0])


def _leave_out_nulls(text: pl.Series, nullable: list[str], first: str) -> pl.Series:
    """Take members that are null out of JSON that polars wrote: within a text of it no quote stands unescaped."""
    if not nullable:
        return text
    keys = "|".join(pl.escape_regex(_encode(name)) for name in nullable)
    bare = pl.col("text").str.replace_all(rf",(?:{keys}):null", "")
    began = bare.str.replace(rf"^\{{{pl.escape_regex(_encode(first))}:null,", "{")
    whole = began.replace([f"{{{_encode(first)}:null}}", "{}"], None)
    return text.to_frame("text").select(whole).to_series()


def _encode(name: str) -> str:
    return msgspec.json.encode(name).decode()


def _spell(column: str, dtype: pl.DataType) -> pl.Expr:
    """Give a column a type that JSON knows, null for nothing: bytes in base64, a duration in microseconds."""
    value = pl.col(column)
    if dtype == pl.String:
        return value.replace("", None)
    if dtype == pl.Binary:
        return value.bin.encode("base64")
    if dtype.is_float():
        return pl.when(value.is_finite()).then(value)
    if dtype == pl.Duration:
        return value.dt.total_microseconds()
    known = dtype == pl.Boolean or dtype.is_integer() or dtype.is_nested()
    return value if known else value.cast(pl.String)
