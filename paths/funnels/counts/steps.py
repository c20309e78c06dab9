"""Steps: who took one, and which one must have been taken before it."""

import polars as pl

from paths.funnels.definition import FunnelDefinition


def took_step(funnel: FunnelDefinition, step: int) -> pl.Expr:
    """Tell of a level whether it came to the step (from 1): past it, or, of an optional step, by it."""
    if funnel.steps[step - 1].optional:
        return pl.col("reached_at").list.get(step - 1, null_on_oob=True).is_not_null()
    return pl.col("level") >= step


def find_step_before(funnel: FunnelDefinition, step: int) -> int | None:
    """Find the step that all must have taken who come to this one: the latest before it that is not optional.

    None for the first.
    """
    before = [number for number, other in enumerate(funnel.steps[: step - 1], start=1) if not other.optional]
    return before[-1] if before else None


def label_step(funnel: FunnelDefinition, step: int) -> str:
    """Tell what reports call a step (from 1); in any order, where none is the second, how many of all: 2/3."""
    return f"{step}/{len(funnel.steps)}" if funnel.order == "any" else funnel.steps[step - 1].label
