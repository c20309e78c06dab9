"""Segments: the parts into which a funnel's breakdown divides its entrants, beside the whole."""

import dataframely as dy
import polars as pl

from paths.funnels.definition import FunnelDefinition
from paths.funnels.levels import Level

WHOLE = "(all)"
"""The segment of all entrants."""
UNKNOWN = "(unknown)"
"""The segment of those whose value nobody knows."""


def spread_segments(levels: dy.LazyFrame[Level] | dy.DataFrame[Level], funnel: FunnelDefinition) -> pl.LazyFrame:
    """Give each level of the funnel once under `(all)` and, where the funnel is broken down, once under its segment."""
    own = levels.lazy().filter(pl.col("funnel") == funnel.name)
    whole = own.with_columns(segment=pl.lit(WHOLE))
    if funnel.breakdown is None:
        return whole
    return pl.concat([whole, own.with_columns(pl.col("segment").fill_null(UNKNOWN))])


def sort_segments(table: pl.LazyFrame, *by: str | pl.Expr) -> pl.LazyFrame:
    """Sort a table by segment, the whole first, and within a segment by the columns given."""
    return table.sort(pl.col("segment") != WHOLE, "segment", *by)
