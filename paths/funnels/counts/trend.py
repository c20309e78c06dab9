"""The trend: what became of the entrants of each day or week."""

from datetime import datetime
from typing import Literal

import dataframely as dy
import polars as pl

from paths.funnels.counts.segments import sort_segments, spread_segments
from paths.funnels.counts.settled import is_settled
from paths.funnels.definition import FunnelDefinition
from paths.funnels.levels import Level
from serving import wilson_bounds

Period = Literal["day", "week"]
LENGTHS = {"day": "1d", "week": "1w"}


class FunnelPeriod(dy.Schema):
    """Those of one segment who entered one funnel on one day, or in one week. Entrants = converted + lost + open."""

    funnel = dy.String(primary_key=True, description="The funnel's name")
    segment = dy.String(primary_key=True, description="The breakdown's value; (all): everybody; (unknown): no value")
    begins_on = dy.Date(primary_key=True, description="The day, or the Monday of the week, in the operator's zone")
    entrants = dy.Int64(nullable=False, min=1, description="Entrants who took the first step of their chain then")
    converted = dy.Int64(nullable=False, min=0, description="Entrants who took all steps")
    lost = dy.Int64(nullable=False, min=0, description="Entrants who did not and have no time left")
    open = dy.Int64(nullable=False, min=0, description="Entrants who did not and still have time to go on")
    settled = dy.Int64(nullable=False, min=0, description="Entrants whose window ended before the data does")
    settled_converted = dy.Int64(nullable=False, min=0, description="Those of the settled who took all steps")
    conversion = dy.Float64(
        nullable=True, min=0, max=1, description="Share of the settled who took all steps; null when nobody is settled"
    )
    low = dy.Float64(nullable=False, min=0, max=1, description="Lower end of the 95 % Wilson interval of the share")
    high = dy.Float64(nullable=False, min=0, max=1, description="Upper end of the 95 % Wilson interval of the share")

    @dy.rule()
    def each_entrant_has_one_outcome(cls) -> pl.Expr:
        """Converted, lost and open entrants are all entrants."""
        return cls.converted.col + cls.lost.col + cls.open.col == cls.entrants.col

    @dy.rule()
    def settled_are_entrants(cls) -> pl.Expr:
        """The settled are among the entrants, and those of them who converted among the converted."""
        return (cls.settled.col <= cls.entrants.col) & (cls.settled_converted.col <= cls.converted.col)


def count_periods(
    levels: dy.LazyFrame[Level] | dy.DataFrame[Level],
    funnel: FunnelDefinition,
    data_ends_at: datetime,
    zone: str,
    by: Period = "day",
) -> dy.DataFrame[FunnelPeriod]:
    """Count a funnel's entrants by the day or week of their first step, as clocks in `zone` tell it.

    Weeks begin on Monday (ISO 8601). A day on which nobody entered has no row. The conversion is that of the entrants
    who had their whole window (`is_settled`), so that the last days do not look bad because they are young.
    """
    status = pl.col("status")
    day = pl.col("entered_at").dt.convert_time_zone(zone).dt.date().dt.truncate(LENGTHS[by])
    counted = (
        spread_segments(levels, funnel)
        .with_columns(settled=is_settled(funnel, data_ends_at))
        .group_by("segment", begins_on=day)
        .agg(
            entrants=pl.len(),
            converted=(status == "converted").sum(),
            lost=(status == "lost").sum(),
            open=(status == "open").sum(),
            settled=pl.col("settled").sum(),
            settled_converted=(pl.col("settled") & (status == "converted")).sum(),
        )
    )
    table = sort_segments(counted, "begins_on").collect()
    low, high = wilson_bounds(table["settled_converted"], table["settled"])
    share = pl.when(pl.col("settled") > 0).then(pl.col("settled_converted") / pl.col("settled"))
    return FunnelPeriod.cast(table.with_columns(funnel=pl.lit(funnel.name), conversion=share, low=low, high=high))
