"""Those whom a funnel lost: whom one might still reach. A list of people, for those who may see it."""

import dataframely as dy
import polars as pl

from paths.funnels.counts.steps import label_step
from paths.funnels.definition import FunnelDefinition
from paths.funnels.levels import Level


class LostEntrant(dy.Schema):
    """One entrant of one funnel who came to a step, no further, and has no time left."""

    funnel = dy.String(primary_key=True, description="The funnel's name")
    entrant = dy.String(primary_key=True, description="Pseudonym of the visitor, person, session or cart")
    step = dy.Int64(nullable=False, min=1, description="The last step that they reached, from 1")
    name = dy.String(nullable=False, description="What the step is called")
    segment = dy.String(nullable=True, description="The breakdown's value; null where there is none or nobody knows")
    entered_at = dy.Datetime(
        nullable=False, time_unit="us", time_zone="UTC", description="When they took the first step"
    )
    last_reached_at = dy.Datetime(
        nullable=False, time_unit="us", time_zone="UTC", description="When they took the last step that they reached"
    )

    @dy.rule()
    def nobody_leaves_before_they_came(cls) -> pl.Expr:
        """The last step is not before the first."""
        return cls.last_reached_at.col >= cls.entered_at.col


def list_lost(
    levels: dy.LazyFrame[Level] | dy.DataFrame[Level], funnel: FunnelDefinition, step: int
) -> dy.DataFrame[LostEntrant]:
    """List those lost at a step (from 1): the latest first, entrants of one moment by name."""
    return LostEntrant.cast(
        levels.lazy()
        .filter(pl.col("funnel") == funnel.name, pl.col("status") == "lost", pl.col("level") == step)
        .select(
            "funnel",
            "entrant",
            "segment",
            "entered_at",
            step=pl.lit(step),
            name=pl.lit(label_step(funnel, step)),
            last_reached_at=pl.col("reached_at").list.max(),
        )
        .sort("last_reached_at", "entrant", descending=[True, False])
        .collect()
    )
