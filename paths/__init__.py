"""Paths tells where customers walk through the sessions, where they give up, and where they click next."""

from paths.abandonment import AbandonmentStage, count_abandonment
from paths.funnel import FunnelCount, count_funnel
from paths.funnel_definition import FunnelDefinition, FunnelError, FunnelStep, name_funnels
from paths.graph import ENTRY, EXIT, Edge, count_edges
from paths.journeys import AbandonmentSettings, Journey, trace_journeys
from paths.landmarks import LandmarkSettings, PageRole, rank_landmarks
from paths.levels import Level, measure_levels
from paths.next_click import NextClick, count_next_clicks, rank_next_clicks

__all__ = [
    "ENTRY",
    "EXIT",
    "AbandonmentSettings",
    "AbandonmentStage",
    "Edge",
    "FunnelCount",
    "FunnelDefinition",
    "FunnelError",
    "FunnelStep",
    "Journey",
    "LandmarkSettings",
    "Level",
    "NextClick",
    "PageRole",
    "count_abandonment",
    "count_edges",
    "count_funnel",
    "count_next_clicks",
    "measure_levels",
    "name_funnels",
    "rank_landmarks",
    "rank_next_clicks",
    "trace_journeys",
]
