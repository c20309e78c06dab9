"""The funnel: how many entrants reached each step, and what became of the others."""

import dataframely as dy
import polars as pl

from paths.funnels.counts.segments import WHOLE, sort_segments, spread_segments
from paths.funnels.counts.steps import find_step_before, label_step, took_step
from paths.funnels.counts.stretches import measure_stretches
from paths.funnels.definition import FunnelDefinition
from paths.funnels.levels import Level
from serving import wilson_bounds


class FunnelCount(dy.Schema):
    """One step of one funnel for one segment. Entrants = reached the last step + lost + open, over all steps."""

    funnel = dy.String(primary_key=True, description="The funnel's name")
    segment = dy.String(primary_key=True, description="The breakdown's value; (all): everybody; (unknown): no value")
    step = dy.Int64(primary_key=True, min=1, description="The step, from 1")
    name = dy.String(nullable=False, description="What the step is called")
    optional = dy.Bool(nullable=False, description="Whether the step may be skipped")
    reached = dy.Int64(
        nullable=False,
        min=0,
        description="Entrants who came to this step or further; of an optional step those whose chain took it",
    )
    lost = dy.Int64(
        nullable=False, min=0, description="Entrants who came to this step, no further, and have no time left"
    )
    open = dy.Int64(nullable=False, min=0, description="Entrants who came to this step and still have time to go on")
    share_of_first = dy.Float64(
        nullable=True, min=0, max=1, description="Reached, of those who reached step 1; null when nobody entered"
    )
    first_low = dy.Float64(
        nullable=True, min=0, max=1, description="Lower end of its 95 % Wilson interval; null for step 1"
    )
    first_high = dy.Float64(
        nullable=True, min=0, max=1, description="Upper end of its 95 % Wilson interval; null for step 1"
    )
    share_of_previous = dy.Float64(
        nullable=True,
        min=0,
        max=1,
        description="Reached, of those who reached the step before that is not optional; null for step 1",
    )
    previous_low = dy.Float64(
        nullable=True, min=0, max=1, description="Lower end of its 95 % Wilson interval; null for step 1"
    )
    previous_high = dy.Float64(
        nullable=True, min=0, max=1, description="Upper end of its 95 % Wilson interval; null for step 1"
    )
    median_seconds = dy.Float64(
        nullable=True, min=0, description="Median time from the step taken before, in seconds; null for step 1"
    )

    @dy.rule()
    def nobody_is_lost_twice(cls) -> pl.Expr:
        """Lost and open entrants are among those who reached the step."""
        return cls.lost.col + cls.open.col <= cls.reached.col


def count_funnel(
    levels: dy.LazyFrame[Level] | dy.DataFrame[Level], funnel: FunnelDefinition
) -> dy.DataFrame[FunnelCount]:
    """Count a funnel's levels by segment and step: all steps in order, the whole first, also where nobody came.

    Without optional steps, reached = reached the next step + lost + open, and the last step's are the converted.
    """
    spread = spread_segments(levels, funnel)
    counted = pl.concat([_list_nobody(funnel), *(_count_step(spread, funnel, step) for step in _number(funnel))])
    table = sort_segments(
        counted.group_by("segment", "step")
        .sum()
        .join(_describe_steps(funnel), on="step")
        .join(_find_medians(levels, funnel), on=["segment", "step"], how="left"),
        "step",
    ).collect()
    return _add_shares(table.with_columns(funnel=pl.lit(funnel.name)))


def _number(funnel: FunnelDefinition) -> range:
    return range(1, len(funnel.steps) + 1)


def _list_nobody(funnel: FunnelDefinition) -> pl.LazyFrame:
    """List the steps of the whole with nobody on them, so that they stand there in any case."""
    counts = {name: pl.lit(0, pl.Int64) for name in ("reached", "lost", "open")}
    return pl.LazyFrame({"step": _number(funnel)}).select(pl.lit(WHOLE).alias("segment"), "step", **counts)


def _count_step(spread: pl.LazyFrame, funnel: FunnelDefinition, step: int) -> pl.LazyFrame:
    here, status = pl.col("level") == step, pl.col("status")
    return (
        spread.group_by("segment")
        .agg(
            reached=took_step(funnel, step).sum().cast(pl.Int64),
            lost=(here & (status == "lost")).sum().cast(pl.Int64),
            open=(here & (status == "open")).sum().cast(pl.Int64),
        )
        .select("segment", pl.lit(step, pl.Int64).alias("step"), "reached", "lost", "open")
    )


def _describe_steps(funnel: FunnelDefinition) -> pl.LazyFrame:
    return pl.LazyFrame(
        {
            "step": _number(funnel),
            "name": [label_step(funnel, step) for step in _number(funnel)],
            "optional": [step.optional for step in funnel.steps],
            "step_before": [find_step_before(funnel, step) for step in _number(funnel)],
        },
        schema_overrides={"step_before": pl.Int64},
    )


def _find_medians(levels: dy.LazyFrame[Level] | dy.DataFrame[Level], funnel: FunnelDefinition) -> pl.LazyFrame:
    """Find the median time that each step took after the one taken before it."""
    steps = measure_stretches(levels, funnel).filter(pl.col("stretch") == "step")
    return steps.group_by("segment", step="to_step").agg(median_seconds=pl.col("seconds").median())


def _add_shares(table: pl.DataFrame) -> dy.DataFrame[FunnelCount]:
    """Add each step's share of the first step and of the one before it, with intervals."""
    came = table.select("segment", "reached", other="step")
    first, before = came.filter(pl.col("other") == 1).drop("other"), came.rename({"other": "step_before"})
    wide = table.join(first, on="segment", suffix="_first", maintain_order="left").join(
        before, on=["segment", "step_before"], how="left", suffix="_before", maintain_order="left"
    )
    first_low, first_high = wilson_bounds(wide["reached"], wide["reached_first"])
    later = wide["reached_before"].is_not_null()
    previous_low, previous_high = wilson_bounds(*wide.select("reached", pl.coalesce("reached_before", "reached")))
    return FunnelCount.cast(
        wide.with_columns(
            share_of_first=_share(pl.col("reached"), pl.col("reached_first")),
            first_low=pl.when(later).then(pl.Series(first_low)),
            first_high=pl.when(later).then(pl.Series(first_high)),
            share_of_previous=_share(pl.col("reached"), pl.col("reached_before")),
            previous_low=pl.when(later).then(pl.Series(previous_low)),
            previous_high=pl.when(later).then(pl.Series(previous_high)),
        )
    )


def _share(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    return pl.when(whole > 0).then(part / whole)
