"""Paths tells where customers walk through the sessions, where they give up, and where they click next."""

from paths.carts.abandonment import AbandonmentStage, count_abandonment
from paths.carts.journeys import AbandonmentSettings, Journey, trace_journeys
from paths.clicks.shares import NextClick, count_next_clicks, rank_next_clicks
from paths.funnels.count import FunnelCount, count_funnel
from paths.funnels.definition import Exclusion, FunnelDefinition, FunnelError, FunnelStep, name_funnels
from paths.funnels.filters import Condition, EventFilter
from paths.funnels.levels import Level, measure_levels
from paths.graph.edges import ENTRY, EXIT, Edge, count_edges
from paths.graph.landmarks import LandmarkSettings, PageRole, rank_landmarks
from paths.graph.path_search import FoundPath, FoundSession, PathCount, PathSearch, search_paths
from paths.graph.pattern import PatternError
from paths.graph.pattern_text import parse_pattern
from paths.graph.settings import PathSettings
from paths.graph.visits import Visits, read_visits

__all__ = [
    "ENTRY",
    "EXIT",
    "AbandonmentSettings",
    "AbandonmentStage",
    "Condition",
    "Edge",
    "EventFilter",
    "Exclusion",
    "FoundPath",
    "FoundSession",
    "FunnelCount",
    "FunnelDefinition",
    "FunnelError",
    "FunnelStep",
    "Journey",
    "LandmarkSettings",
    "Level",
    "NextClick",
    "PageRole",
    "PathCount",
    "PathSearch",
    "PathSettings",
    "PatternError",
    "Visits",
    "count_abandonment",
    "count_edges",
    "count_funnel",
    "count_next_clicks",
    "measure_levels",
    "name_funnels",
    "parse_pattern",
    "rank_landmarks",
    "rank_next_clicks",
    "read_visits",
    "search_paths",
    "trace_journeys",
]
