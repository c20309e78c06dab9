"""Recommend turns sessions and orders into related items, rules, popular items and a taste model."""

from recommend.baskets import Basket, BasketSettings, bought_baskets, viewed_baskets
from recommend.interactions import Interaction, InteractionSettings, weigh_interactions
from recommend.popular.popularity import rank_popular, rank_siblings
from recommend.related.pairs import Pair, PairSettings, count_pairs, rank_related
from recommend.related.rules import Rule, RuleSettings, mine_rules
from recommend.taste.als import AlsSettings, NothingToLearnError, train_als

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
