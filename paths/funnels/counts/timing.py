"""Time to convert: how long the whole way and each part of it took."""

import dataframely as dy
import polars as pl

from paths.funnels.counts.segments import sort_segments
from paths.funnels.counts.stretches import STRETCH, Stretch, measure_stretches
from paths.funnels.definition import FunnelDefinition
from paths.funnels.levels import Level


class FunnelTime(Stretch):
    """How long one stretch of one funnel took those of one segment who went it."""

    entrants = dy.Int64(nullable=False, min=1, description="Entrants whose furthest chain went it")
    lower_quartile = dy.Float64(nullable=False, min=0, description="A quarter of them took at most so long, in seconds")
    median = dy.Float64(nullable=False, min=0, description="Half of them took at most so long, in seconds")
    upper_quartile = dy.Float64(
        nullable=False, min=0, description="Three quarters of them took at most so long, in seconds"
    )

    @dy.rule()
    def quartiles_stand_in_order(cls) -> pl.Expr:
        """The median lies between the quartiles."""
        return cls.median.col.is_between(cls.lower_quartile.col, cls.upper_quartile.col)


def time_funnel(
    levels: dy.LazyFrame[Level] | dy.DataFrame[Level], funnel: FunnelDefinition
) -> dy.DataFrame[FunnelTime]:
    """Find the quartiles of each stretch that anybody went: the whole way first, then step by step.

    All who went a stretch count, whatever became of them later. Quartiles between two people lie in proportion
    between their times (Hyndman and Fan, 1996, definition 7).
    """
    seconds = pl.col("seconds")
    return FunnelTime.cast(
        sort_segments(
            measure_stretches(levels, funnel)
            .group_by(STRETCH)
            .agg(
                entrants=pl.len(),
                lower_quartile=seconds.quantile(0.25, "linear"),
                median=seconds.median(),
                upper_quartile=seconds.quantile(0.75, "linear"),
            )
            .with_columns(funnel=pl.lit(funnel.name)),
            pl.col("stretch") != "whole",
            "from_step",
            "to_step",
        ).collect()
    )
