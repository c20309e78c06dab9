"""The one door between a frame and a file: only types that Delta keeps as they are get through."""

from collections.abc import Iterable, Iterator

import arro3.core as arrow
import dataframely as dy
import polars as pl

KEPT_TYPES = (pl.Int64(), pl.Float64(), pl.String(), pl.Boolean(), pl.Date(), pl.Datetime("us", "UTC"))
"""Types that come back from Delta as they went in; others fail, change, or need a newer reader (Spark's too)."""


def to_arrow(frame: pl.DataFrame, schema: type[dy.Schema]) -> arrow.Table:
    """Cast a frame to its schema's columns and types, and hand it over as Arrow.

    Raises `TypeError` where the schema asks for a type that does not survive the journey.
    """
    for name, column in schema.columns().items():
        if _innermost(column.dtype) not in KEPT_TYPES:
            raise TypeError(f"{schema.__name__}.{name}: Delta does not keep {column.dtype}; use one of {KEPT_TYPES}.")
    return arrow.Table(schema.cast(frame))


def stream(frames: Iterable[pl.DataFrame], schema: type[dy.Schema]) -> arrow.RecordBatchReader:
    """Hand frames over one by one, as they are asked for."""
    shape = to_arrow(schema.create_empty(), schema).schema
    return arrow.RecordBatchReader.from_batches(shape, _cut(frames, schema))


def _cut(frames: Iterable[pl.DataFrame], schema: type[dy.Schema]) -> Iterator[arrow.RecordBatch]:
    for frame in frames:
        yield from to_arrow(frame, schema).to_batches()


def _innermost(dtype: pl.DataType) -> pl.DataType:
    return pl.Series(dtype=dtype.inner).dtype if isinstance(dtype, pl.List) else dtype
