"""Paths tells where customers walk through the sessions, where they give up, and where they click next."""

from paths.funnel import FunnelCount, count_funnel
from paths.funnel_definition import FunnelDefinition, FunnelError, FunnelStep, name_funnels
from paths.levels import Level, measure_levels

__all__ = [
    "FunnelCount",
    "FunnelDefinition",
    "FunnelError",
    "FunnelStep",
    "Level",
    "count_funnel",
    "measure_levels",
    "name_funnels",
]
