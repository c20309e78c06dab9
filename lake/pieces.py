"""Pieces: a table's files, each with the span of time that its rows cover."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import dataframely as dy
import numpy as np
import polars as pl
from deltalake import DeltaTable

TOLD_TO_US = 999
"""Delta tells the bounds of a file to the millisecond: the latest row may lie this much later than it says."""


class Piece(dy.Schema):
    """One file of a table, as one version of it names them."""

    file = dy.String(primary_key=True, description="Where it lies")
    rows = dy.Int64(nullable=False, description="Rows in it")
    size = dy.Int64(nullable=False, description="Its size, in bytes")
    first = dy.Int64(nullable=True, description="Time of its earliest row, in µs since 1970; null where unknown")
    last = dy.Int64(nullable=True, description="Time of its latest row, in µs since 1970; null where unknown")


def list_pieces(table: DeltaTable, near: str) -> dy.DataFrame[Piece]:
    """List a table's files by time and name; `near` is the column that tells the time, as `Table` names it."""
    listed = pl.DataFrame(table.get_add_actions(flatten=True))
    folder = unquote(table.table_uri.removeprefix("file://")).rstrip("/")
    return Piece.cast(
        listed.select(
            file=pl.format("{}/{}", pl.lit(folder), pl.col("path")),
            rows=pl.col("num_records"),
            size=pl.col("size_bytes"),
            first=_read_time(listed, f"min.{near}"),
            last=_read_time(listed, f"max.{near}") + TOLD_TO_US,
        ).sort("first", "file")
    )


def keep_near(pieces: dy.DataFrame[Piece], starts: pl.Series, ends: pl.Series) -> dy.DataFrame[Piece]:
    """Keep the files whose rows may lie within one of the given spans of time, ends included, and those unknown."""
    if starts.is_empty():
        return Piece.cast(pieces.clear())
    order = starts.arg_sort()
    begins, reach = starts.gather(order).to_numpy(), ends.gather(order).cum_max().to_numpy()
    firsts, lasts = (pieces[name].fill_null(0).to_numpy() for name in ("first", "last"))
    begun = np.searchsorted(begins, lasts, side="right") - 1
    near = (begun >= 0) & (reach[np.maximum(begun, 0)] >= firsts)
    return Piece.cast(pieces.filter(pl.Series(near) | pl.col("first").is_null() | pl.col("last").is_null()))


def scan_pieces(files: list[str] | pl.Series, schema: type[dy.Schema]) -> pl.LazyFrame:
    """Read the rows of some files; a column that a file does not have yet is null."""
    if not len(files):
        return schema.create_empty().lazy()
    shape = schema.create_empty().schema
    return pl.scan_parquet(list(files), schema=shape, missing_columns="insert", extra_columns="ignore")


def slice_rows(rows: pl.DataFrame, group: str, moment: str, most: int) -> Iterator[pl.DataFrame]:
    """Cut rows into frames of about `most`, those first whose group ends first; groups stay whole.

    What goes on, and may have to be written again, so comes to lie in the last file and not in all of them. Rows of a
    group must follow one another, and a group's last row must be its latest.
    """
    number = rows[group].rle_id().to_numpy().astype(np.int64)
    lasts = np.flatnonzero(np.append(number[1:] != number[:-1], True)) if len(number) else number
    ends = rows[moment].gather(lasts).dt.timestamp("us").to_numpy()
    order = np.lexsort((np.arange(len(ends)), ends))
    sizes = np.diff(lasts, prepend=-1)
    part = np.empty(len(order), np.int64)
    part[order] = (np.cumsum(sizes[order]) - 1) // most
    of_row = part[number] if len(number) else number
    for wanted in np.unique(of_row):
        yield rows.filter(pl.Series(of_row == wanted))


def find_pieces_with(pieces: dy.DataFrame[Piece], groups: pl.DataFrame, group: str) -> Iterator[Path]:
    """Find, file by file and in order, those that hold a row of one of the groups."""
    for file in pieces["file"]:
        met = pl.scan_parquet(file).select(group).join(groups.lazy().select(group), on=group, how="semi")
        if met.head(1).collect().height:
            yield Path(file)


def _read_time(listed: pl.DataFrame, name: str) -> pl.Expr:
    is_time = isinstance(listed.schema.get(name), pl.Datetime)
    return pl.col(name).dt.timestamp("us") if is_time else pl.lit(None, pl.Int64)
