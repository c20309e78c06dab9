"""Comparison: two groups of entrants, step by step."""

from datetime import datetime

import dataframely as dy
import numpy as np
import polars as pl

from paths.evidence import compare_shares
from paths.funnels.counts.settled import is_settled
from paths.funnels.counts.steps import find_step_before, label_step, took_step
from paths.funnels.definition import FunnelDefinition
from paths.funnels.levels import Level
from serving import find_q_values

Levels = dy.LazyFrame[Level] | dy.DataFrame[Level]


class StepComparison(dy.Schema):
    """One step of one funnel in two groups: how many of those who came to an earlier step came to it."""

    funnel = dy.String(primary_key=True, description="The funnel's name")
    from_step = dy.Int64(
        primary_key=True, min=1, description="The step that the shares are of, from 1; the first for the whole way"
    )
    step = dy.Int64(primary_key=True, min=2, description="The step that was or was not reached")
    name = dy.String(nullable=False, description="What the step is called")
    entrants_a = dy.Int64(nullable=False, min=0, description="Settled entrants of group A who came to the earlier step")
    reached_a = dy.Int64(nullable=False, min=0, description="Those of them who came to the step")
    share_a = dy.Float64(nullable=True, min=0, max=1, description="Their share; null when nobody came so far")
    entrants_b = dy.Int64(nullable=False, min=0, description="Settled entrants of group B who came to the earlier step")
    reached_b = dy.Int64(nullable=False, min=0, description="Those of them who came to the step")
    share_b = dy.Float64(nullable=True, min=0, max=1, description="Their share; null when nobody came so far")
    difference = dy.Float64(nullable=False, min=-1, max=1, description="Share A − share B; 0 where a group has nobody")
    low = dy.Float64(nullable=False, min=-1, max=1, description="Lower end of its 95 % interval (Newcombe)")
    high = dy.Float64(nullable=False, min=-1, max=1, description="Upper end of its 95 % interval (Newcombe)")
    p_value = dy.Float64(nullable=False, min=0, max=1, description="Chance of such a difference between equal groups")
    q_value = dy.Float64(
        nullable=False, min=0, max=1, description="Share of false finds among the rows if all down to this are believed"
    )

    @dy.rule()
    def steps_lead_forward(cls) -> pl.Expr:
        """The earlier step is earlier."""
        return cls.from_step.col < cls.step.col


def compare_funnels(
    levels_a: Levels, levels_b: Levels, funnel: FunnelDefinition, data_ends_at: datetime
) -> dy.DataFrame[StepComparison]:
    """Compare two groups of a funnel's entrants: each step among those who came to the one before, then the whole way.

    Only settled entrants count (`is_settled`): with the others in, the younger group would look worse. Steps are
    compared among those who came to the step before, so that one bad step is one finding and does not repeat itself
    below; optional steps, and those after them, among those who came to the step before that is not optional. q-values
    are over all rows. A funnel of one step gives no rows.
    """
    ways = _list_ways(funnel)
    (from_a, to_a), (from_b, to_b) = (
        _count_ways(levels, funnel, ways, data_ends_at) for levels in (levels_a, levels_b)
    )
    told = compare_shares(to_a, from_a, to_b, from_b)
    return StepComparison.cast(
        pl.DataFrame(
            {
                "funnel": [funnel.name] * len(ways),
                "from_step": [begin for begin, _ in ways],
                "step": [end for _, end in ways],
                "name": [label_step(funnel, end) for _, end in ways],
                "entrants_a": from_a, "reached_a": to_a, "share_a": _share(to_a, from_a),
                "entrants_b": from_b, "reached_b": to_b, "share_b": _share(to_b, from_b),
                "difference": told.difference, "low": told.low, "high": told.high,
                "p_value": told.p_value, "q_value": find_q_values(told.p_value),
            },
            nan_to_null=True,
        )
    )  # fmt: skip


def _list_ways(funnel: FunnelDefinition) -> list[tuple[int, int]]:
    """List which step is compared among those of which, the whole way last."""
    last = len(funnel.steps)
    steps = [(find_step_before(funnel, step) or 1, step) for step in range(2, last + 1)]
    return [*steps, (1, last)] if last > 1 and (1, last) not in steps else steps


def _count_ways(
    levels: Levels, funnel: FunnelDefinition, ways: list[tuple[int, int]], data_ends_at: datetime
) -> tuple[np.ndarray, np.ndarray]:
    """Count who came to the earlier step, and who of them to the later one, for each way."""
    counts = (
        levels.lazy()
        .filter(pl.col("funnel") == funnel.name, is_settled(funnel, data_ends_at))
        .select(
            *(took_step(funnel, begin).sum().alias(f"from {place}") for place, (begin, _) in enumerate(ways)),
            *(
                (took_step(funnel, begin) & took_step(funnel, end)).sum().alias(f"to {place}")
                for place, (begin, end) in enumerate(ways)
            ),
        )
        .collect()
    )
    numbers = np.array(counts.row(0), np.int64) if ways else np.zeros(0, np.int64)
    return numbers[: len(ways)], numbers[len(ways) :]


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.where(whole > 0, part / np.maximum(whole, 1), np.nan)
