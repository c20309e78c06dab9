"""CSV and other lines of fields between separators: a stray quote spoils its own line and no other."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

import dataframely as dy
import polars as pl

from ingest.lines import Batch, Line
from ingest.mapping import IDENTITY, Mapping
from ingest.readers.columns import fit_mapping, name_column, set_zone
from ingest.readers.mapped import map_fields
from ingest.readers.pairing import Pair
from ingest.readers.quoting import split_quoted
from ingest.sources import Reader

COMMA = ","
BYTE_ORDER_MARK = "\ufeff"


def open_csv(head: Batch, mapping: Mapping | None, where: str, zone: str | None = None) -> Pair:
    """Open a CSV by its first lines: the header, or the mapping, names its columns.

    The header counts among the blank lines, wherever it stands: files with one each may have been put together.
    Raises `BadInput` where a column that every row needs is not there. A `zone` given goes before the mapping's.
    """
    said = mapping or IDENTITY
    header = head.lines["text"][0] if said.has_header and len(head.lines) else None
    columns = said.columns or (read_header(header, said.separator) if header is not None else [])
    fitted = set_zone(fit_mapping(mapping, columns, where), zone)
    return partial(_pair, read=partial(read_csv, columns=columns, mapping=fitted), header=header)


def read_csv(lines: dy.DataFrame[Line], columns: Sequence[str], mapping: Mapping) -> pl.DataFrame:
    """Read lines as rows with the given columns, and map their fields (`map_fields`).

    A field in quotes may hold the separator and doubled quotes, but no line break.
    Reasons, beside those of `map_fields`: `field_count` (more or fewer fields than columns), `bad_quotes`.
    """
    separator = mapping.separator or COMMA
    text = lines.with_columns(pl.col("text").str.strip_prefix(BYTE_ORDER_MARK))
    quoted = text["text"].str.contains('"', literal=True) if mapping.quotes else pl.repeat(False, len(text), eager=True)
    rows = _split(text.filter(~quoted), columns, separator)
    if quoted.any():
        rows = pl.concat([rows, split_quoted(text.filter(quoted), columns, separator)])
    mapped = map_fields(rows, mapping)
    return mapped.with_columns(
        reason=pl.coalesce(rows["fault"], "reason"), drift=pl.when(rows["fault"].is_null()).then("drift")
    )


def read_header(line: str, separator: str | None = None) -> list[str]:
    """Read the first line of a CSV as its columns' names; a column without one is called by its place."""
    text, separator = line.removeprefix(BYTE_ORDER_MARK), separator or COMMA
    if len(separator) == 1:
        # Carriage returns within are spaces: a file with no other line breaks is one line, and no table.
        names = next(csv.reader([text.replace("\r", " ")], delimiter=separator), [])
    else:
        names = [name.strip().removeprefix('"').removesuffix('"') for name in text.split(separator)]
    found: list[str] = []
    for place, name in enumerate(names, 1):
        said = name.strip() or f"column {place}"
        found.append(said if said not in found else f"{said} {place}")
    return found


def _pair(batches: Iterable[Batch], read: Reader, header: str | None) -> Iterator[tuple[Batch, Reader]]:
    for batch in batches:
        rows = Line.cast(batch.lines.filter(pl.col("text") != header)) if header is not None else batch.lines
        titles = len(batch.lines) - len(rows)
        yield (batch._replace(lines=rows, blank=batch.blank + titles) if titles else batch), read


def _split(lines: pl.DataFrame, columns: Sequence[str], separator: str) -> pl.DataFrame:
    pieces = pl.col("text").str.splitn(separator, len(columns) + 1).struct
    named = [pieces.field(f"field_{place}").alias(name_column(name)) for place, name in enumerate(columns)]
    whole = pieces.field(f"field_{len(columns) - 1}").is_not_null() & pieces.field(f"field_{len(columns)}").is_null()
    return lines.select("line", "text", *named, pl.when(~whole).then(pl.lit("field_count")).alias("fault"))
