"""Stretches: how long each entrant took from a step to the next one, and for the whole way."""

import dataframely as dy
import polars as pl

from paths.funnels.counts.segments import spread_segments
from paths.funnels.definition import FunnelDefinition
from paths.funnels.levels import Level


class Stretch(dy.Schema):
    """One stretch of the way through one funnel, of those of one segment."""

    funnel = dy.String(primary_key=True, description="The funnel's name")
    segment = dy.String(primary_key=True, description="The breakdown's value; (all): everybody; (unknown): no value")
    stretch = dy.String(
        primary_key=True, description="step: from one step taken to the next; whole: from the first to the last"
    )
    from_step = dy.Int64(primary_key=True, min=1, description="The step where the stretch begins, from 1")
    to_step = dy.Int64(primary_key=True, min=2, description="The step where it ends")


STRETCH = ("segment", "stretch", "from_step", "to_step")
"""What names a stretch within a funnel."""


def measure_stretches(levels: dy.LazyFrame[Level] | dy.DataFrame[Level], funnel: FunnelDefinition) -> pl.LazyFrame:
    """Measure in seconds what each entrant's furthest chain took for each of its stretches.

    `stretch` is `step` from a step that the chain took to the next one it took, so that a skipped step makes a stretch
    of its own (from 1 to 3); `whole` from the first step to the last, for those who converted.
    """
    spread = spread_segments(levels, funnel).select("segment", "status", "steps", "reached_at").with_row_index("row")
    return pl.concat([_measure_steps(spread), _measure_whole(spread)])


def _measure_steps(spread: pl.LazyFrame) -> pl.LazyFrame:
    same = pl.col("row") == pl.col("row").shift(1)
    return (
        spread.select("row", "segment", "reached_at", to_step=pl.int_ranges(1, pl.col("reached_at").list.len() + 1))
        .explode("reached_at", "to_step")
        .filter(pl.col("reached_at").is_not_null())
        .select(
            "segment",
            stretch=pl.lit("step"),
            from_step=pl.when(same).then(pl.col("to_step").shift(1)),
            to_step="to_step",
            seconds=_count_seconds(pl.col("reached_at") - pl.col("reached_at").shift(1)),
        )
        .filter(pl.col("from_step").is_not_null())
    )


def _measure_whole(spread: pl.LazyFrame) -> pl.LazyFrame:
    times = pl.col("reached_at").list
    return spread.filter(pl.col("status") == "converted", pl.col("steps") > 1).select(
        "segment",
        stretch=pl.lit("whole"),
        from_step=pl.lit(1, pl.Int64),
        to_step="steps",
        seconds=_count_seconds(times.last() - times.first()),
    )


def _count_seconds(span: pl.Expr) -> pl.Expr:
    return span.dt.total_microseconds() / 1_000_000
