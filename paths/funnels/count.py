"""The funnel: how many entrants reached each step, and what became of the others."""

import dataframely as dy
import polars as pl

from paths.funnels.definition import FunnelDefinition
from paths.funnels.levels import Level


class FunnelCount(dy.Schema):
    """One step of one funnel. Reached = reached the next step + lost + open (last step: converted)."""

    funnel = dy.String(primary_key=True, description="The funnel's name")
    step = dy.Int64(primary_key=True, min=1, description="The step, from 1")
    name = dy.String(nullable=False, description="What the step is called")
    reached = dy.Int64(nullable=False, min=0, description="Entrants who came to this step or further")
    lost = dy.Int64(
        nullable=False, min=0, description="Entrants who came to this step, no further, and have no time left"
    )
    open = dy.Int64(nullable=False, min=0, description="Entrants who came to this step and still have time to go on")
    share_of_first = dy.Float64(
        nullable=True, min=0, max=1, description="Reached, of those who reached step 1; null when nobody entered"
    )
    share_of_previous = dy.Float64(
        nullable=True, min=0, max=1, description="Reached, of those who reached the step before; null for step 1"
    )
    median_seconds = dy.Float64(
        nullable=True, min=0, description="Median time from the step before, in seconds; null for step 1"
    )

    @dy.rule()
    def nobody_is_lost_twice(cls) -> pl.Expr:
        """Lost and open entrants are among those who reached the step."""
        return cls.lost.col + cls.open.col <= cls.reached.col


def count_funnel(
    levels: dy.LazyFrame[Level] | dy.DataFrame[Level], funnel: FunnelDefinition
) -> dy.DataFrame[FunnelCount]:
    """Count a funnel's levels by step: one row a step, in order, also where nobody came."""
    own = levels.lazy().filter(pl.col("funnel") == funnel.name)
    steps = pl.LazyFrame({"step": range(1, len(funnel.steps) + 1), "name": [step.label for step in funnel.steps]})
    return FunnelCount.cast(
        steps.with_columns(pl.col("step").cast(pl.Int64))
        .join(_count_endings(own), on="step", how="left")
        .join(_time_steps(own), on="step", how="left")
        .sort("step")
        .with_columns(pl.col("ended", "lost", "open").fill_null(0))
        .with_columns(funnel=pl.lit(funnel.name), reached=pl.col("ended").cum_sum(reverse=True))
        .with_columns(
            share_of_first=_share(pl.col("reached"), pl.col("reached").first()),
            share_of_previous=_share(pl.col("reached"), pl.col("reached").shift(1)),
        )
        .collect()
    )


def _count_endings(levels: pl.LazyFrame) -> pl.LazyFrame:
    """Count those who came exactly to each step."""
    status = pl.col("status")
    return levels.group_by(step="level").agg(
        ended=pl.len(), lost=(status == "lost").sum(), open=(status == "open").sum()
    )


def _time_steps(levels: pl.LazyFrame) -> pl.LazyFrame:
    """Find the median time that each step took after the one before."""
    seconds = pl.col("reached_at").list.eval(pl.element().diff().dt.total_microseconds() / 1_000_000)
    return (
        levels.select(step=pl.int_ranges(1, pl.col("level") + 1), seconds=seconds)
        .explode("step", "seconds")
        .group_by("step")
        .agg(median_seconds=pl.col("seconds").median())
    )


def _share(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    return pl.when(whole > 0).then(part / whole)
