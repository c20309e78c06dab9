"""Makers: what makes each part of a snapshot; a new model is one line here and one in `tasks`."""

from collections.abc import Callable, Mapping

import dataframely as dy

from echannel.training.bench import Bench
from echannel.training.catalogue import link_products, list_catalogue, list_words
from echannel.training.stickiness import weigh_stickiness
from ingest import Order
from paths import (
    count_edges,
    count_next_clicks,
    index_sessions,
    rank_followers,
    rank_next_clicks,
    rank_rules,
)
from recommend import (
    Sighting,
    choose_baskets,
    list_bought_after_viewing,
    list_purchases,
    list_views,
    rank_alike,
    rank_popular,
    rank_siblings,
    rank_trending,
    relate_items,
)
from serving import Histories, RankedLists

Maker = Callable[[Bench], object]
"""Makes one part of a snapshot; None where there is nothing to learn it from."""

MODEL_MAKERS: Mapping[str, Maker] = {
    "also_viewed": lambda bench: _relate(bench, list_views(bench.tables.sessioned)),
    "also_bought": lambda bench: _relate(bench, list_purchases(bench.tables.orders, bench.settings.baskets)),
    "bought_after_viewing": lambda bench: _relate(
        bench,
        list_bought_after_viewing(
            bench.tables.sessioned,
            bench.tables.orders,
            bench.settings.baskets,
            bench.settings.relations.order_hours,
        ),
    ),
    "trending": lambda bench: rank_trending(
        bench.tables.sessioned, bench.tables.products, bench.settings.trending, bench.tables.ends_at
    ),
}
"""Parts that may be withheld, by the name of the question that they answer; "for you" has a choice, in `taste`."""

CLICK_MAKERS: Mapping[str, Maker] = {
    "page_sessions": lambda bench: index_sessions(bench.page_walks, bench.settings.next_click.neighbours),
    "page_rules": lambda bench: rank_rules(bench.page_walks, bench.settings.next_click.rules),
    "next_click": lambda bench: rank_next_clicks(
        count_next_clicks(count_edges(bench.tables.sessioned, bench.settings.paths))
    ),
    "item_sessions": lambda bench: index_sessions(bench.item_walks, bench.settings.next_click.neighbours),
    "item_rules": lambda bench: rank_rules(bench.item_walks, bench.settings.next_click.rules),
    "next_item": lambda bench: rank_followers(bench.item_walks),
}
"""Parts that tell next clicks: each is made where some channel asks for it."""

GROUND_MAKERS: Mapping[str, Maker] = {
    "popular": lambda bench: rank_popular(bench.tables.sessioned, bench.tables.products),
    "alike": lambda bench: rank_alike(bench.tables.products),
    "siblings": lambda bench: rank_siblings(bench.tables.sessioned, bench.tables.products),
    "histories": lambda bench: bench.histories,
    "owned": lambda bench: _list_owned(bench.tables.orders),
    "catalogue": lambda bench: list_catalogue(bench.tables.products),
    "requires": lambda bench: link_products(bench.tables.products, "requires"),
    "excludes": lambda bench: link_products(bench.tables.products, "excludes"),
    "words": lambda bench: list_words(bench.tables.products),
    "stickiness": weigh_stickiness,
}
"""Parts that every snapshot holds: what answers fall back to, and what they are filtered by."""


def _relate(bench: Bench, sightings: dy.LazyFrame[Sighting]) -> RankedLists:
    return relate_items(
        choose_baskets(sightings, bench.settings.evidence).sightings, bench.settings.relations, bench.tables.ends_at
    )


def _list_owned(orders: dy.DataFrame[Order]) -> Histories:
    owned = orders.select("person_id", "item_id").unique().sort("person_id", "item_id")
    return Histories.from_rows(owned["person_id"].to_numpy(), owned["item_id"].to_numpy(), [1.0] * len(owned))
