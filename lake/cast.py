"""The one door between a frame and a file: only types that Delta keeps as they are get through."""

import arro3.core as arrow
import dataframely as dy
import polars as pl

KEPT_TYPES = (pl.Int64(), pl.Float64(), pl.String(), pl.Binary(), pl.Boolean(), pl.Date(), pl.Datetime("us", "UTC"))
"""Types that come back from Delta as they went in; others fail, change, or need a newer reader (Spark's too)."""


def to_arrow(frame: pl.DataFrame, schema: type[dy.Schema]) -> arrow.Table:
    """Cast a frame to its schema's columns and types, and hand it over as Arrow (`check_types`)."""
    check_types(schema)
    return arrow.Table(schema.cast(frame))


def check_types(schema: type[dy.Schema]) -> None:
    """Raise `TypeError` where a schema asks for a type that does not survive the journey."""
    for name, column in schema.columns().items():
        if _innermost(column.dtype) not in KEPT_TYPES:
            raise TypeError(f"{schema.__name__}.{name}: Delta does not keep {column.dtype}; use one of {KEPT_TYPES}.")


def _innermost(dtype: pl.DataType) -> pl.DataType:
    return pl.Series(dtype=dtype.inner).dtype if isinstance(dtype, pl.List) else dtype
