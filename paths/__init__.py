"""Paths tells where customers walk through the sessions, where they give up, and where they click next."""

from paths.carts.abandonment import AbandonmentStage, count_abandonment
from paths.carts.departures import Departure, count_departures
from paths.carts.drop_off import PageDropOff, count_drop_off
from paths.carts.journeys import AbandonmentSettings, Journey, trace_journeys
from paths.carts.page_risks import PageRisk, weigh_pages
from paths.carts.stories.telling import Story, StorySettings, find_stories
from paths.clicks.memory import MemorySettings, PageMemory, RememberedClick, count_remembered, find_memory
from paths.clicks.rules import SequenceSettings, rank_followers, rank_rules
from paths.clicks.sessions import index_sessions
from paths.clicks.shares import NextClick, count_next_clicks, rank_next_clicks
from paths.clicks.walks import ClickWalks, read_item_walks, read_page_walks
from paths.funnels.counts.comparison import StepComparison, compare_funnels
from paths.funnels.counts.count import FunnelCount, count_funnel
from paths.funnels.counts.histogram import TimeBin, bin_times
from paths.funnels.counts.lost import LostEntrant, list_lost
from paths.funnels.counts.segments import UNKNOWN, WHOLE
from paths.funnels.counts.separation import SeparationSettings, Separator, separate_converted
from paths.funnels.counts.steps import label_step
from paths.funnels.counts.timing import FunnelTime, time_funnel
from paths.funnels.counts.trend import FunnelPeriod, Period, count_periods
from paths.funnels.definition import Exclusion, FunnelDefinition, FunnelError, FunnelStep, name_funnels
from paths.funnels.filters import Condition, EventFilter
from paths.funnels.levels import Level, measure_levels
from paths.graph.contexts import Context, count_contexts
from paths.graph.differences import EdgeDifference, StepDifference, compare_edges, compare_steps
from paths.graph.drawing import draw_graph
from paths.graph.edges import ENTRY, EXIT, Edge, count_edges
from paths.graph.flows import OTHER, Flow, count_flows
from paths.graph.page_ways import PageWay, trace_page
from paths.graph.pictures import Picture, prune_edges
from paths.graph.settings import PathSettings
from paths.graph.step_shares import StepShare, count_steps
from paths.graph.visits import Visits, Walks, read_visits
from paths.roles.communities import Community, find_communities
from paths.roles.detours import Detour, find_detours
from paths.roles.keystones import Keystone, rank_keystones
from paths.roles.landmarks import LandmarkSettings, PageRole, rank_landmarks
from paths.sequences.goal import GOAL, GoalError, GoalSettings, walk_to_goal
from paths.sequences.path_search import FoundPath, FoundSession, PathCount, PathSearch, search_paths
from paths.sequences.pattern import PatternError
from paths.sequences.pattern_text import parse_pattern
from paths.sequences.steps import Steps, read_steps
from paths.sequences.top_paths import TopPath, TopPathError, TopPathSettings, rank_top_paths

__all__ = [
    "ENTRY",
    "EXIT",
    "GOAL",
    "OTHER",
    "UNKNOWN",
    "WHOLE",
    "AbandonmentSettings",
    "AbandonmentStage",
    "ClickWalks",
    "Community",
    "Condition",
    "Context",
    "Departure",
    "Detour",
    "Edge",
    "EdgeDifference",
    "EventFilter",
    "Exclusion",
    "Flow",
    "FoundPath",
    "FoundSession",
    "FunnelCount",
    "FunnelDefinition",
    "FunnelError",
    "FunnelPeriod",
    "FunnelStep",
    "FunnelTime",
    "GoalError",
    "GoalSettings",
    "Journey",
    "Keystone",
    "LandmarkSettings",
    "Level",
    "LostEntrant",
    "MemorySettings",
    "NextClick",
    "PageDropOff",
    "PageMemory",
    "PageRisk",
    "PageRole",
    "PageWay",
    "PathCount",
    "PathSearch",
    "PathSettings",
    "PatternError",
    "Period",
    "Picture",
    "RememberedClick",
    "SeparationSettings",
    "Separator",
    "SequenceSettings",
    "StepComparison",
    "StepDifference",
    "StepShare",
    "Steps",
    "Story",
    "StorySettings",
    "TimeBin",
    "TopPath",
    "TopPathError",
    "TopPathSettings",
    "Visits",
    "Walks",
    "bin_times",
    "compare_edges",
    "compare_funnels",
    "compare_steps",
    "count_abandonment",
    "count_contexts",
    "count_departures",
    "count_drop_off",
    "count_edges",
    "count_flows",
    "count_funnel",
    "count_next_clicks",
    "count_periods",
    "count_remembered",
    "count_steps",
    "draw_graph",
    "find_communities",
    "find_detours",
    "find_memory",
    "find_stories",
    "index_sessions",
    "label_step",
    "list_lost",
    "measure_levels",
    "name_funnels",
    "parse_pattern",
    "prune_edges",
    "rank_followers",
    "rank_keystones",
    "rank_landmarks",
    "rank_next_clicks",
    "rank_rules",
    "rank_top_paths",
    "read_item_walks",
    "read_page_walks",
    "read_steps",
    "read_visits",
    "search_paths",
    "separate_converted",
    "time_funnel",
    "trace_journeys",
    "trace_page",
    "walk_to_goal",
    "weigh_pages",
]
