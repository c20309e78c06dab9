"""Rows of a typed table (Parquet), already columns: only the mapping is left to do."""

from functools import partial
from typing import cast

import dataframely as dy
import polars as pl

from ingest.lines import Batch, Line
from ingest.mapping import Mapping
from ingest.readers.columns import fit_mapping, list_own, name_column, set_zone
from ingest.readers.extras import write_json
from ingest.readers.mapped import map_fields
from ingest.readers.pairing import Pair, pair_all


def open_rows(head: Batch, mapping: Mapping | None, where: str, zone: str | None = None) -> Pair:
    """Open rows whose own columns stand beside `line` and `text` (`name_column`).

    Raises `BadInput` where a column that every row needs is not there. A `zone` given goes before the mapping's.
    """
    fitted = fit_mapping(mapping, list_own(head.lines.columns), where)
    return pair_all(partial(map_fields, mapping=set_zone(fitted, zone)))


def number_rows(table: pl.DataFrame, before: int) -> dy.DataFrame[Line]:
    """Turn the rows of a piece of a table into lines, numbered on from those before it: their text is the row as JSON.

    The table's own columns stand beside `line` and `text` (`name_column`).
    """
    end = before + len(table)
    lines = table.select(
        pl.int_range(before + 1, end + 1, dtype=pl.Int64).alias("line"),
        write_json(table, [(column, column) for column in table.columns]).fill_null("{}").alias("text"),
        *(pl.col(column).alias(name_column(column)) for column in table.columns),
    )
    return cast("dy.DataFrame[Line]", lines)
