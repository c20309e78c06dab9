"""CSV, line by line: a stray quote spoils its own line and no other."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

import dataframely as dy
import polars as pl

from ingest.lines import Batch, Line
from ingest.mapping import IDENTITY, Mapping
from ingest.readers.mapped import fit_mapping, map_fields, name_column, set_zone
from ingest.readers.pairing import Pair
from ingest.sources import Reader


def open_csv(head: Batch, mapping: Mapping | None, where: str, zone: str | None = None) -> Pair:
    """Open a CSV by its first lines: the header, or the mapping, names its columns.

    The header counts among the blank lines. Raises `BadInput` where a column that every row needs is not there.
    A `zone` given goes before the mapping's.
    """
    said = mapping or IDENTITY
    header = said.header and len(head.lines) > 0
    columns = read_header(head.lines["text"][0], said.separator) if header else said.columns
    fitted = set_zone(fit_mapping(mapping, columns, where), zone)
    read = partial(read_csv, columns=columns, mapping=fitted)
    return partial(_pair, read=read, header=head.lines["line"][0] if header else 0)


def _pair(batches: Iterable[Batch], read: Reader, header: int) -> Iterator[tuple[Batch, Reader]]:
    for batch in batches:
        rows = Line.cast(batch.lines.filter(pl.col("line") > header))
        titles = len(batch.lines) - len(rows)
        yield (batch._replace(lines=rows, blank=batch.blank + titles) if titles else batch), read


def read_csv(lines: dy.DataFrame[Line], columns: Sequence[str], mapping: Mapping) -> pl.DataFrame:
    """Read lines as rows with the given columns, and map their fields (`map_fields`).

    A field in quotes may hold the separator and doubled quotes, but no line break.
    Reasons, beside those of `map_fields`: `field_count` (more or fewer fields than columns), `bad_quotes`.
    """
    quoted = lines["text"].str.contains('"', literal=True)
    rows = pl.concat([
        _split(lines.filter(~quoted), columns, mapping.separator),
        _parse(lines.filter(quoted), columns, mapping.separator),
    ])  # fmt: skip
    mapped = map_fields(rows, mapping)
    return mapped.with_columns(reason=pl.coalesce(rows["fault"], "reason"))


def read_header(line: str, separator: str) -> list[str]:
    """Read the first line of a CSV as its columns' names."""
    return [name.strip() for name in next(csv.reader([line], delimiter=separator))]


def _split(lines: pl.DataFrame, columns: Sequence[str], separator: str) -> pl.DataFrame:
    pieces = pl.col("text").str.splitn(separator, len(columns) + 1).struct
    named = [pieces.field(f"field_{place}").alias(name_column(name)) for place, name in enumerate(columns)]
    whole = pieces.field(f"field_{len(columns) - 1}").is_not_null() & pieces.field(f"field_{len(columns)}").is_null()
    return lines.select("line", "text", *named, pl.when(~whole).then(pl.lit("field_count")).alias("fault"))


def _parse(lines: pl.DataFrame, columns: Sequence[str], separator: str) -> pl.DataFrame:
    parsed = [_parse_line(text, len(columns), separator) for text in lines["text"]]
    schema = dict.fromkeys([*map(name_column, columns), "fault"], pl.String())
    return lines.hstack(pl.DataFrame(parsed, schema=schema, orient="row"))


def _parse_line(text: str, width: int, separator: str) -> list[str | None]:
    try:
        fields: list[str | None] = list(next(csv.reader([text], delimiter=separator, strict=True)))
    except csv.Error:
        return [None] * width + ["bad_quotes"]
    return [*fields, None] if len(fields) == width else [None] * width + ["field_count"]
