"""Makers: what makes each part of a snapshot; a new model is one line here and one in `tasks`."""

from collections.abc import Callable, Mapping
from functools import cached_property

import dataframely as dy

from echannel.training.catalogue import link_products, list_catalogue
from echannel.training.tables import Tables
from echannel.tree import Settings
from ingest import Order
from paths import (
    ClickWalks,
    count_edges,
    count_next_clicks,
    index_sessions,
    rank_followers,
    rank_next_clicks,
    rank_rules,
    read_item_walks,
    read_page_walks,
)
from recommend import (
    Interaction,
    NothingToLearnError,
    Sighting,
    list_bought_after_viewing,
    list_purchases,
    list_views,
    rank_popular,
    rank_siblings,
    relate_items,
    train_als,
    weigh_interactions,
)
from serving import Histories, ItemFactors, RankedLists


class Bench:
    """The tables and settings of one build, and what several makers need of them, made once and when first needed."""

    def __init__(self, tables: Tables, settings: Settings) -> None:
        self.tables = tables
        self.settings = settings

    @cached_property
    def interactions(self) -> dy.DataFrame[Interaction]:
        """Weigh what each person did with each item, up to the last event."""
        return weigh_interactions(self.tables.sessioned, self.settings.interactions, self.tables.ends_at)

    @cached_property
    def page_walks(self) -> ClickWalks:
        """Read the sessions as walks over pages."""
        return read_page_walks(self.tables.sessioned)

    @cached_property
    def item_walks(self) -> ClickWalks:
        """Read the sessions as walks over items."""
        return read_item_walks(self.tables.sessioned)


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
    "for_you": lambda bench: _learn_taste(bench),
}
"""Parts that may be withheld, by the name of the question that they answer."""

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
    "popular": lambda bench: rank_popular(bench.tables.sessioned),
    "siblings": lambda bench: rank_siblings(bench.tables.sessioned, bench.tables.products),
    "histories": lambda bench: Histories.from_rows(
        *(bench.interactions[name].to_numpy() for name in ("person_id", "item_id", "weight"))
    ),
    "owned": lambda bench: _list_owned(bench.tables.orders),
    "catalogue": lambda bench: list_catalogue(bench.tables.products),
    "requires": lambda bench: link_products(bench.tables.products, "requires"),
    "excludes": lambda bench: link_products(bench.tables.products, "excludes"),
}
"""Parts that every snapshot holds: what answers fall back to, and what they are filtered by."""


def _relate(bench: Bench, sightings: dy.LazyFrame[Sighting]) -> RankedLists:
    return relate_items(sightings, bench.settings.relations, bench.tables.ends_at)


def _learn_taste(bench: Bench) -> ItemFactors | None:
    """Train the factor model, where there is anything to learn from."""
    try:
        return train_als(bench.interactions, bench.settings.als)
    except NothingToLearnError:
        return None


def _list_owned(orders: dy.DataFrame[Order]) -> Histories:
    owned = orders.select("person_id", "item_id").unique().sort("person_id", "item_id")
    return Histories.from_rows(owned["person_id"].to_numpy(), owned["item_id"].to_numpy(), [1.0] * len(owned))
