"""Extras: what a table says in columns that nobody mapped, kept aside as JSON text."""

from collections.abc import Iterable

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


def write_json(named: Iterable[tuple[str, str]], schema: pl.Schema) -> pl.Expr:
    """Write columns (the name in the JSON text, and the column) as one JSON object a row.

    Columns that are null or empty in a row are left out of it; null where nothing is left.
    """
    pieces = [_write_one(key, pl.col(column), schema[column]) for key, column in named]
    if not pieces:
        return pl.lit(None, pl.String)
    whole = pl.concat_str(pieces, separator=",", ignore_nulls=True)
    return pl.when(whole != "").then(pl.concat_str(pl.lit("{"), whole, pl.lit("}")))


def _write_one(key: str, value: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """Write one member of a JSON object, as `"key":value`."""
    plain = _spell(value, dtype)
    said = plain != "" if dtype == pl.String else plain.is_not_null()
    encoded = pl.struct(plain.alias(key)).struct.json_encode()
    return pl.when(said).then(encoded.str.strip_prefix("{").str.strip_suffix("}"))


def _spell(value: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """Give a column a type that JSON knows; bytes are written in base64."""
    if dtype == pl.Binary:
        return value.bin.encode("base64")
    known = dtype in (pl.String, pl.Boolean) or dtype.is_integer() or dtype.is_float() or dtype.is_nested()
    return value if known else value.cast(pl.String)
