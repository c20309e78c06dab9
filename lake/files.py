"""Files of a table: written whole beside the others, before a commit makes them part of it."""

import errno
import os
import time
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import cast

import dataframely as dy
import msgspec
import polars as pl
from deltalake.transaction import AddAction, RemoveAction
from polars.io.plugins import register_io_source

from lake.cast import check_types

BOUNDS = ("occurred_at", "ordered_at", "started_at", "received_at", "first_seen_at", "erased_at", "quarantine_id")
"""Columns whose least and greatest value a commit tells, so that readers can pass over whole files."""

HIDDEN = "transport error"
"""What polars says where the disk refuses the foot of a file, and keeps to itself why."""
LITTLE_ROOM = 1 << 20


def limit_statistics(schema: type[dy.Schema]) -> dict[str, str | None]:
    """Return the properties of a table of which no writer's commit tells the bounds of any other column.

    Above all not of people's ids, which would outlive the rows in the records of commits.
    """
    bounded = [name for name in BOUNDS if name in schema.column_names()]
    return (
        {"delta.dataSkippingStatsColumns": ",".join(bounded)} if bounded else {"delta.dataSkippingNumIndexedCols": "0"}
    )


def write_file(folder: Path, frames: Iterable[pl.DataFrame], schema: type[dy.Schema]) -> Path:
    """Write frames to one new Parquet file as they come, holding a few of them at a time.

    The file is on the disk (fsync) when this returns, and is no part of the table yet. A fault among the frames, or
    of the disk, is raised as it is and leaves no file.
    """
    check_types(schema)
    source = _Frames(frames, schema)
    rows = register_io_source(lambda *_: iter(source), schema=_shape(schema))
    try:
        return _sink(rows, folder)
    except Exception as fault:
        raise source.fault or fault from None


def copy_without(file: Path, dropped: pl.DataFrame, on: list[str]) -> Path | None:
    """Copy a file without the rows that match, nulls included, those dropped; None where no row would be left."""
    rows = pl.scan_parquet(file, row_index_name="row")
    kept = rows.join(dropped.lazy(), on=on, how="anti", nulls_equal=True, maintain_order="left").drop("row")
    return store_rows(kept, file.parent)


def store_rows(rows: pl.LazyFrame, folder: Path) -> Path | None:
    """Write rows to one new file as they are read (`write_file`); None where there are none."""
    file = _sink(rows, folder)
    if count_rows(file):
        return file
    file.unlink()
    return None


def count_rows(file: Path) -> int:
    """Count a file's rows, reading its foot alone."""
    return int(pl.scan_parquet(file).select(pl.len()).collect().item())


def describe_file(file: Path) -> AddAction:
    """Describe a new file to the commit that takes it into the table: its size, its rows, and its bounds."""
    rows = pl.scan_parquet(file)
    bounded = [pl.col(name) for name in BOUNDS if name in rows.collect_schema()]
    low = _ask(rows, [column.min() for column in bounded])
    high = _ask(rows, [column.max() for column in bounded])
    nulls = _ask(rows, [column.null_count() for column in bounded])
    told = {"numRecords": count_rows(file), "minValues": _tell(low), "maxValues": _tell(high), "nullCount": nulls}
    written = file.stat()
    stats = msgspec.json.encode(told).decode()
    return AddAction(file.name, written.st_size, {}, int(written.st_mtime * 1000), True, stats)


def remove_file(name: str, size: int) -> RemoveAction:
    """Tell a commit that a file is no part of the table from then on."""
    return RemoveAction(name, True, int(time.time() * 1000), size)


class _Frames:
    """Frames on their way to a file, as their schema wants them; a fault among them is kept.

    The writer would otherwise raise an error of its own in its place, and nobody would know what was wrong.
    """

    def __init__(self, frames: Iterable[pl.DataFrame], schema: type[dy.Schema]) -> None:
        self._frames, self._schema = frames, schema
        self.fault: Exception | None = None

    def __iter__(self) -> Iterator[pl.DataFrame]:
        try:
            for frame in self._frames:
                yield cast("pl.DataFrame", self._schema.cast(frame))
        except Exception as fault:
            self.fault = fault
            raise


def _sink(rows: pl.LazyFrame, folder: Path) -> Path:
    file = folder / f"part-{uuid.uuid4()}.zstd.parquet"
    try:
        rows.sink_parquet(file, compression="zstd", compression_level=1, sync_on_close="all", maintain_order=True)
    except BaseException as fault:
        refused = OSError(_guess_error(folder), "the disk did not take the end of a file", str(file))
        file.unlink(missing_ok=True)
        raise refused if HIDDEN in str(fault) else fault from None
    return file


def _guess_error(folder: Path) -> int:
    told = os.statvfs(folder)
    return errno.ENOSPC if told.f_bavail * told.f_frsize < LITTLE_ROOM else errno.EIO


def _shape(schema: type[dy.Schema]) -> pl.Schema:
    return pl.Schema({name: column.dtype for name, column in schema.columns().items()})


def _ask(rows: pl.LazyFrame, questions: list[pl.Expr]) -> dict[str, object]:
    """Return the one answer to each question; nothing where nothing is asked."""
    return next(rows.select(questions).collect().iter_rows(named=True), {})


def _tell(bounds: dict[str, object]) -> dict[str, object]:
    return {name: bound for name, bound in bounds.items() if bound is not None}
