"""What is true of every model, whatever it was trained from. A new model joins the list and inherits these laws."""

from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import Order, Product, Sessioned
from paths import (
    SequenceSettings,
    index_sessions,
    rank_followers,
    rank_rules,
    read_item_walks,
)
from recommend import (
    AlsSettings,
    BasketSettings,
    EaseSettings,
    InteractionSettings,
    RelationSettings,
    TrendSettings,
    WalkSettings,
    list_bought_after_viewing,
    list_views,
    rank_ease,
    rank_popular,
    rank_rp3beta,
    rank_trending,
    relate_items,
    train_als,
    weigh_interactions,
)
from serving import ItemFactors, NeighbourSettings, PastSessions, RankedLists
from tests.drawing import draw

NOW = datetime(2026, 3, 3, tzinfo=UTC)

Model = RankedLists | PastSessions | ItemFactors
Trainer = Callable[[pl.DataFrame], Model]


def relate(events: pl.DataFrame) -> RankedLists:
    return relate_items(list_views(events), RelationSettings(min_together=1, min_channel_baskets=1), NOW)


def relate_orders(events: pl.DataFrame) -> RankedLists:
    """Let every third look be an order."""
    orders = (
        events.sort("event_id")
        .gather_every(3)
        .select("item_id", "person_id", "channel", order_id="event_id", ordered_at="occurred_at", quantity=1, price=1.0)
    )
    sightings = list_bought_after_viewing(events, Order.cast(orders), BasketSettings(), 24)
    return relate_items(sightings, RelationSettings(min_together=1, min_channel_baskets=1), NOW)


def learn_taste(events: pl.DataFrame) -> ItemFactors:
    interactions = weigh_interactions(events, InteractionSettings(), NOW)
    return train_als(interactions, AlsSettings(factors=8, iterations=3))


def learn_ease(events: pl.DataFrame) -> RankedLists:
    return rank_ease(weigh_interactions(events, InteractionSettings(), NOW), EaseSettings(regularization=1))


def learn_walks(events: pl.DataFrame) -> RankedLists:
    return rank_rp3beta(weigh_interactions(events, InteractionSettings(), NOW), WalkSettings())


MODELS = {
    "also_viewed": relate,
    "popular": rank_popular,
    "trending": lambda events: rank_trending(events, Product.create_empty(), TrendSettings(half_life_hours=1), NOW),
    "bought_after_viewing": relate_orders,
    "for_you": learn_taste,
    "ease": learn_ease,
    "rp3beta": learn_walks,
    "neighbours": lambda events: index_sessions(read_item_walks(events), NeighbourSettings()),
    "rules": lambda events: rank_rules(read_item_walks(events), SequenceSettings()),
    "graph": lambda events: rank_followers(read_item_walks(events)),
}

VIEW = st.tuples(
    st.sampled_from(["ann", "bob", "cat"]), st.sampled_from(["plan", "pack", "phone", "套餐"]), st.integers(0, 23)
)
VIEWS = st.lists(VIEW, min_size=1, max_size=15)

every_model = pytest.mark.parametrize("train", MODELS.values(), ids=MODELS.keys())


def log(views: list[tuple[str, str, int]]) -> pl.DataFrame:
    head = "visitor | item | time | name"
    return draw("\n".join([head, *(f"{who} | {item} | {hour:02}:00 | view_item" for who, item, hour in views)]))


def freeze(model: Model) -> dict[str, object]:
    return {
        name: value.tobytes() if isinstance(value, np.ndarray) else value
        for name, value in vars(model).items()
        if name != "gram"
    }


@every_model
@settings(max_examples=25, deadline=None)
@given(views=VIEWS, seed=st.integers(0, 99))
def test_the_order_of_the_log_does_not_matter_and_two_runs_are_equal_to_the_bit(
    train: Trainer, views: list[tuple[str, str, int]], seed: int
) -> None:
    events = log(views)
    shuffled = Sessioned.cast(events.sample(fraction=1, shuffle=True, seed=seed))
    assert freeze(train(events)) == freeze(train(shuffled))


@every_model
@settings(max_examples=25, deadline=None)
@given(views=VIEWS)
def test_no_model_knows_an_item_that_nobody_saw(train: Trainer, views: list[tuple[str, str, int]]) -> None:
    model = train(log(views))
    known = {RankedLists: "targets", PastSessions: "keys", ItemFactors: "items"}[type(model)]
    known = getattr(model, known)
    assert set(known.tolist()) <= {item for _, item, _ in views}


@every_model
@settings(max_examples=25, deadline=None)
@given(views=VIEWS)
def test_scores_are_finite(train: Trainer, views: list[tuple[str, str, int]]) -> None:
    model = train(log(views))
    scores = getattr(model, {RankedLists: "score", PastSessions: "age", ItemFactors: "factors"}[type(model)])
    assert np.isfinite(scores).all()
