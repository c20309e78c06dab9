"""A measured funnel: what all reports on one funnel are written from, measured once."""

from datetime import datetime
from typing import NamedTuple

import dataframely as dy

from echannel.reports.document import Column, Desk
from echannel.reports.words import CHANNELS
from paths import UNKNOWN, WHOLE, FunnelDefinition, Level, label_step, measure_levels

SEGMENTS = {WHOLE: ("Everybody", "全部"), UNKNOWN: ("Unknown", "未知")}


class MeasuredFunnel(NamedTuple):
    """One funnel with its table of levels."""

    name: str
    """Its place in the settings."""
    definition: FunnelDefinition
    levels: dy.DataFrame[Level]
    ends_at: datetime
    """When the data ends."""
    desk: Desk

    @property
    def steps(self) -> dict[int, str]:
        """Return what the steps are called, from 1."""
        return {number: label_step(self.definition, number) for number in range(1, len(self.definition.steps) + 1)}

    @property
    def zone(self) -> str:
        """Return the operator's time zone."""
        return self.desk.settings.zone

    @property
    def segment(self) -> list[Column]:
        """Return the column of segments, where the funnel is broken down."""
        breakdown = self.definition.breakdown
        words = SEGMENTS | (CHANNELS if breakdown == "channel" else {})
        return (
            []
            if breakdown is None
            else [Column("segment", f"Segment: {breakdown}", f"分组：{breakdown}", "text", words)]
        )


def measure_funnel(desk: Desk, name: str) -> MeasuredFunnel:
    """Measure the levels of a funnel of the settings."""
    funnel, ends_at = desk.settings.funnels[name], desk.tables.ends_at
    return MeasuredFunnel(
        name, funnel, measure_levels(desk.tables.sessioned, funnel, ends_at, desk.settings.abandonment), ends_at, desk
    )
