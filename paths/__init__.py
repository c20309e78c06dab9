"""Paths tells where customers walk through the sessions, where they give up, and where they click next."""

from paths.abandonment import AbandonmentStage, count_abandonment
from paths.funnel import FunnelCount, count_funnel
from paths.funnel_definition import FunnelDefinition, FunnelError, FunnelStep, name_funnels
from paths.journeys import AbandonmentSettings, Journey, trace_journeys
from paths.levels import Level, measure_levels

__all__ = [
    "AbandonmentSettings",
    "AbandonmentStage",
    "FunnelCount",
    "FunnelDefinition",
    "FunnelError",
    "FunnelStep",
    "Journey",
    "Level",
    "count_abandonment",
    "count_funnel",
    "measure_levels",
    "name_funnels",
    "trace_journeys",
]
