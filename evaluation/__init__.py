"""Evaluation splits by time, asks every model the same questions, and tells which is better and how surely."""

from evaluation.cases import (
    AlsoBoughtCase,
    AlsoViewedCase,
    BoughtAfterViewingCase,
    Case,
    CaseSettings,
    ForYouCase,
    NextClickCase,
    NextItemCase,
    ask_also_bought,
    ask_also_viewed,
    ask_bought_after_viewing,
    ask_for_you,
    ask_next_click,
    ask_next_item,
)
from evaluation.comparison import ComparisonSettings, Score, bound_difference, compare_models, measure_metric
from evaluation.off_policy.estimates import PolicyEstimate, estimate_policy
from evaluation.off_policy.logs import LoggedImpression, OffPolicyError, PolicyChoice, count_choices
from evaluation.off_policy.verdict import OffPolicySettings
from evaluation.quiet_days import QuietDay, find_quiet_days
from evaluation.ranking import (
    Marks,
    mark_hits,
    measure_average_precision,
    measure_coverage,
    measure_hit_rate,
    measure_ndcg,
    measure_precision,
    measure_recall,
    measure_reciprocal_rank,
)
from evaluation.shuffling import shuffle_baskets
from evaluation.split import Split, SplitError, choose_split, split_orders, split_sessions
from evaluation.trend_cases import TrendCase, ask_trending

__all__ = [
    "AlsoBoughtCase",
    "AlsoViewedCase",
    "BoughtAfterViewingCase",
    "Case",
    "CaseSettings",
    "ComparisonSettings",
    "ForYouCase",
    "LoggedImpression",
    "Marks",
    "NextClickCase",
    "NextItemCase",
    "OffPolicyError",
    "OffPolicySettings",
    "PolicyChoice",
    "PolicyEstimate",
    "QuietDay",
    "Score",
    "Split",
    "SplitError",
    "TrendCase",
    "ask_also_bought",
    "ask_also_viewed",
    "ask_bought_after_viewing",
    "ask_for_you",
    "ask_next_click",
    "ask_next_item",
    "ask_trending",
    "bound_difference",
    "choose_split",
    "compare_models",
    "count_choices",
    "estimate_policy",
    "find_quiet_days",
    "mark_hits",
    "measure_average_precision",
    "measure_coverage",
    "measure_hit_rate",
    "measure_metric",
    "measure_ndcg",
    "measure_precision",
    "measure_recall",
    "measure_reciprocal_rank",
    "shuffle_baskets",
    "split_orders",
    "split_sessions",
]
