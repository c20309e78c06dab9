"""Recommend turns sessions and orders into related items, rules, popular items and a taste model."""

from recommend.als import AlsSettings, NothingToLearnError, train_als
from recommend.baskets import Basket, BasketSettings, bought_baskets, viewed_baskets
from recommend.interactions import Interaction, InteractionSettings, weigh_interactions
from recommend.pairs import Pair, PairSettings, count_pairs, rank_related
from recommend.popularity import rank_popular, rank_siblings
from recommend.rules import Rule, RuleSettings, mine_rules

__all__ = [
    "AlsSettings",
    "Basket",
    "BasketSettings",
    "Interaction",
    "InteractionSettings",
    "NothingToLearnError",
    "Pair",
    "PairSettings",
    "Rule",
    "RuleSettings",
    "bought_baskets",
    "count_pairs",
    "mine_rules",
    "rank_popular",
    "rank_related",
    "rank_siblings",
    "train_als",
    "viewed_baskets",
    "weigh_interactions",
]
