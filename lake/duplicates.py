"""Duplicates: of rows with one key one stays, the one received first, whatever the order of their coming."""

from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import dataframely as dy
import polars as pl
from deltalake import DeltaTable

ORDER = ("received_at", "source", "line")
"""Of two rows with one key the one received first stays (a time unknown is last); ties by where they stand."""
APART = timedelta(days=7)
"""How far apart two clocks may have put one event that bears a tracker's own id."""


class Table(NamedTuple):
    """What a table holds, and what makes two of its rows the same."""

    schema: type[dy.Schema]
    key: tuple[str, ...]
    near: str
    """Rows with one key lie close together in this column, so that only a part of the table need be looked at."""

    @property
    def order(self) -> list[str]:
        """Return the columns that tell which of two rows came first; none where the row in place stays."""
        return list(ORDER) if set(ORDER) <= set(self.schema.column_names()) else []


class Duplicates(NamedTuple):
    """Rows that must go."""

    ours: pl.DataFrame
    """Rows of the new file, by number (`row`): an earlier row has their key."""
    theirs: pl.DataFrame
    """Keys of rows in the table that were received after a row of ours."""


def find_duplicates(file: Path, table: Table, seen: DeltaTable, distinct: bool) -> Duplicates:
    """Find the rows of a new file whose key an earlier row has, and rows of the table that ours come before.

    Memory holds the file's keys and those of the table's that equal them. `distinct` tells that no two rows of the
    file have one key, and that a row with a key of the table is that very row: the one in place stays.
    """
    order = [] if distinct else table.order
    ours = pl.scan_parquet(file, row_index_name="row").select("row", *table.key, *order).collect()
    best = ours if distinct else _sort(ours, order).unique(table.key, keep="first", maintain_order=True)
    met = best.join(_find_theirs(file, ours, table, seen, distinct), on=table.key, how="inner", nulls_equal=True)
    earlier = met.filter(_comes_first()) if order else met.clear()
    late = [ours.join(best, on="row", how="anti"), met.join(earlier, on="row", how="anti")]
    return Duplicates(pl.concat(frame.select("row") for frame in late), earlier.select(table.key))


def find_files_with(keys: pl.DataFrame, table: Table, seen: DeltaTable) -> list[Path]:
    """Find the files of a table that hold rows with the given keys."""
    files = list(map(Path, seen.file_uris()))
    rows = pl.scan_parquet(files, include_file_paths="file").select("file", *table.key)
    found = rows.join(keys.lazy(), on=table.key, how="semi", nulls_equal=True).select("file").unique()
    return sorted(map(Path, found.collect(engine="streaming")["file"]))


def _sort(rows: pl.DataFrame, order: list[str]) -> pl.DataFrame:
    return rows.sort(*order, "row", nulls_last=True)


def _find_theirs(file: Path, ours: pl.DataFrame, table: Table, seen: DeltaTable, distinct: bool) -> pl.DataFrame:
    """Read the keys that the table has too, from that part of it in which they could stand, as a stream."""
    order = [] if distinct else table.order
    near = pl.col(table.near)
    low, high = pl.scan_parquet(file).select(low=near.min(), high=near.max()).collect().row(0)
    if not distinct and table.near not in table.key:
        low, high = low - APART, high + APART
    within = pl.scan_delta(seen).filter(near.is_between(pl.lit(low), pl.lit(high)))
    same = within.join(ours.lazy().select(table.key), on=table.key, how="semi", nulls_equal=True)
    named = same.select(*table.key, *(pl.col(name).alias(f"their {name}") for name in order))
    return named.collect(engine="streaming")


def _comes_first() -> pl.Expr:
    """Tell whether our row comes before theirs in `ORDER`."""
    received, source, line = (pl.col(name) for name in ORDER)
    their_received, their_source, their_line = (pl.col(f"their {name}") for name in ORDER)
    before = (received < their_received).fill_null(received.is_not_null() & their_received.is_null())
    placed = (source < their_source) | ((source == their_source) & (line < their_line))
    return before | (received.eq_missing(their_received) & placed)
