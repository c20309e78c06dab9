"""Recommend turns sessions and orders into related items, rules, bundles, popular items, taste and page layouts."""

from recommend.baskets import (
    Basket,
    BasketSettings,
    Sighting,
    bought_baskets,
    list_purchases,
    list_views,
    list_views_of_people,
)
from recommend.bundles.candidates import Candidate, CandidateSettings, find_candidates
from recommend.bundles.offers import Offer, OfferSettings, choose_discounts, price_offers
from recommend.bundles.paid import PaidSettings, fill_prices
from recommend.bundles.plan import BundlePlan, BundlePlanSettings, find_flaws, plan_bundles
from recommend.bundles.prices import PriceError, bar_unpriced
from recommend.bundles.rehearsal import Rehearsal, rehearse_plan
from recommend.bundles.substitutes import Substitute, SubstituteSettings, find_substitutes
from recommend.bundles.trials import size_trial
from recommend.evidence import Evidence, EvidenceSettings, choose_baskets, take_purchases, take_views
from recommend.interactions import Interaction, InteractionSettings, weigh_interactions
from recommend.layout.changes import SlotPlan
from recommend.layout.exploration import Exploration, expect_swapped_clicks, recommend_exploration
from recommend.layout.halves import Half, split_people
from recommend.layout.impressions import Impression
from recommend.layout.offers import LayoutOffer, Slot
from recommend.layout.pages import PagePlan, plan_page
from recommend.layout.plan import LayoutPlan, LeftOut, plan_layout
from recommend.layout.position_model import Attraction, Examination, PositionModel, PositionSettings, fit_positions
from recommend.layout.publication import place_items
from recommend.layout.requests import LayoutError, LayoutRequest, Pin
from recommend.layout.settings import LayoutSettings, Material, PageSettings, PageSlot
from recommend.layout.showings import Showing, Showings, ShowingSettings, collect_showings, count_showings
from recommend.layout.slot_effect import doubt_slot_effect
from recommend.layout.worth import PageWorth
from recommend.popular.likeness import rank_alike
from recommend.popular.popularity import rank_popular, rank_siblings
from recommend.popular.trends import TrendSettings, rank_risen, rank_trending
from recommend.related.afterwards import list_bought_after_viewing
from recommend.related.bound import TooManySetsError
from recommend.related.crossings import Crossing, count_crossings
from recommend.related.follow_ups import FollowUp, FollowUpSettings, count_follow_ups
from recommend.related.incidence import RelationSettings
from recommend.related.measures import Rule, tell_pairs
from recommend.related.pairs import Pair, PairSettings, count_pairs
from recommend.related.relations import relate_items
from recommend.related.rules import RuleSettings, mine_rules
from recommend.stickiness.retention import Life, Retention, trace_retention
from recommend.stickiness.shrinkage import pool_share, shrink_shares
from recommend.stickiness.stickiness import Stickiness, StickinessSettings, list_lives, measure_stickiness
from recommend.taste.als import AlsSettings, train_als
from recommend.taste.ease import EaseSettings, TooManyItemsError, rank_ease
from recommend.taste.for_you import (
    TASTES,
    ForYouSettings,
    TasteName,
    TasteSearchSettings,
    vary_confidence,
    vary_ease,
    vary_factors,
    vary_rounds,
    vary_walk,
)
from recommend.taste.neighbours import NothingToLearnError
from recommend.taste.rp3beta import WalkSettings, rank_rp3beta

__all__ = [
    "TASTES",
    "AlsSettings",
    "Attraction",
    "Basket",
    "BasketSettings",
    "BundlePlan",
    "BundlePlanSettings",
    "Candidate",
    "CandidateSettings",
    "Crossing",
    "EaseSettings",
    "Evidence",
    "EvidenceSettings",
    "Examination",
    "Exploration",
    "FollowUp",
    "FollowUpSettings",
    "ForYouSettings",
    "Half",
    "Impression",
    "Interaction",
    "InteractionSettings",
    "LayoutError",
    "LayoutOffer",
    "LayoutPlan",
    "LayoutRequest",
    "LayoutSettings",
    "LeftOut",
    "Life",
    "Material",
    "NothingToLearnError",
    "Offer",
    "OfferSettings",
    "PagePlan",
    "PageSettings",
    "PageSlot",
    "PageWorth",
    "PaidSettings",
    "Pair",
    "PairSettings",
    "Pin",
    "PositionModel",
    "PositionSettings",
    "PriceError",
    "Rehearsal",
    "RelationSettings",
    "Retention",
    "Rule",
    "RuleSettings",
    "Showing",
    "ShowingSettings",
    "Showings",
    "Sighting",
    "Slot",
    "SlotPlan",
    "Stickiness",
    "StickinessSettings",
    "Substitute",
    "SubstituteSettings",
    "TasteName",
    "TasteSearchSettings",
    "TooManyItemsError",
    "TooManySetsError",
    "TrendSettings",
    "WalkSettings",
    "bar_unpriced",
    "bought_baskets",
    "choose_baskets",
    "choose_discounts",
    "collect_showings",
    "count_crossings",
    "count_follow_ups",
    "count_pairs",
    "count_showings",
    "doubt_slot_effect",
    "expect_swapped_clicks",
    "fill_prices",
    "find_candidates",
    "find_flaws",
    "find_substitutes",
    "fit_positions",
    "list_bought_after_viewing",
    "list_lives",
    "list_purchases",
    "list_views",
    "list_views_of_people",
    "measure_stickiness",
    "mine_rules",
    "place_items",
    "plan_bundles",
    "plan_layout",
    "plan_page",
    "pool_share",
    "price_offers",
    "rank_alike",
    "rank_ease",
    "rank_popular",
    "rank_risen",
    "rank_rp3beta",
    "rank_siblings",
    "rank_trending",
    "recommend_exploration",
    "rehearse_plan",
    "relate_items",
    "shrink_shares",
    "size_trial",
    "split_people",
    "take_purchases",
    "take_views",
    "tell_pairs",
    "trace_retention",
    "train_als",
    "vary_confidence",
    "vary_ease",
    "vary_factors",
    "vary_rounds",
    "vary_walk",
    "weigh_interactions",
]
