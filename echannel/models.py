"""Models: from the lake's tables to a snapshot in memory, the same way for judging and for publishing."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

import dataframely as dy
import polars as pl

from echannel.exits import Exit, Stop
from echannel.sessions.refresh import scan_sessioned
from echannel.tree import Settings
from ingest import ORDER, Order, Product, Sessioned, merge_orders
from lake import Lake
from paths import count_edges, count_next_clicks, rank_next_clicks
from recommend import (
    Interaction,
    NothingToLearnError,
    bought_baskets,
    count_pairs,
    rank_popular,
    rank_related,
    rank_siblings,
    train_als,
    viewed_baskets,
    weigh_interactions,
)
from serving import Catalogue, Histories, ItemFactors, RankedLists, Snapshot

MODELS = ("also_viewed", "also_bought", "next_click", "for_you")


class Tables(NamedTuple):
    """What models and reports are made from."""

    sessioned: dy.LazyFrame[Sessioned]
    """In no order; read from the disk anew each time, and then only the columns that are asked for."""
    orders: dy.DataFrame[Order]
    products: dy.DataFrame[Product]

    @property
    def ends_at(self) -> datetime:
        """Return the moment of the last event: what counts as now, so that a build can be made again."""
        moment: datetime = self.sessioned.select(pl.col("occurred_at").max()).collect().item()
        return moment


def read_tables(lake: Lake, settings: Settings) -> Tables:
    """Read the lake's tables; raises `Stop` where they hold no people's events."""
    sessioned = scan_sessioned(lake, settings)
    if sessioned.filter(pl.col("robot").is_null()).select("robot").head(1).collect().is_empty():
        raise Stop(
            Exit.NOTHING_TO_DO, "no events of people in this lake", str(lake.folder), "Run `echannel ingest` first."
        )
    products = Product.cast(lake.scan("products").sort("item_id").collect())
    return Tables(sessioned, read_orders(lake, sessioned), products)


def read_orders(lake: Lake, sessioned: dy.LazyFrame[Sessioned]) -> dy.DataFrame[Order]:
    """Return every order line that the order system or the logs know."""
    purchases = Sessioned.cast(sessioned.filter(pl.col("name") == "purchase").sort("visitor_id", *ORDER).collect())
    return merge_orders(Order.cast(lake.scan("orders").collect()), purchases)


def build_snapshot(tables: Tables, settings: Settings, withheld: Collection[str] = ()) -> Snapshot:
    """Train every model that is not withheld and put all that answers need into a snapshot."""
    interactions = weigh_interactions(tables.sessioned, settings.interactions, tables.ends_at)
    viewed = count_pairs(viewed_baskets(tables.sessioned), settings.pairs)
    bought = count_pairs(bought_baskets(tables.orders, settings.baskets), settings.pairs)
    return Snapshot(
        also_viewed=None if "also_viewed" in withheld else rank_related(viewed),
        also_bought=None if "also_bought" in withheld else rank_related(bought),
        next_click=None if "next_click" in withheld else _rank_clicks(tables),
        for_you=None if "for_you" in withheld else _learn_taste(interactions, settings),
        popular=rank_popular(tables.sessioned),
        siblings=rank_siblings(tables.sessioned, tables.products),
        histories=Histories.from_rows(*(interactions[name].to_numpy() for name in ("person_id", "item_id", "weight"))),
        owned=_list_owned(tables.orders),
        catalogue=_list_catalogue(tables.products),
    )


def _rank_clicks(tables: Tables) -> RankedLists:
    return rank_next_clicks(count_next_clicks(count_edges(tables.sessioned)))


def _learn_taste(interactions: dy.DataFrame[Interaction], settings: Settings) -> ItemFactors | None:
    """Train the factor model, where there is anything to learn from."""
    try:
        return train_als(interactions, settings.als)
    except NothingToLearnError:
        return None


def _list_owned(orders: dy.DataFrame[Order]) -> Histories:
    owned = orders.select("person_id", "item_id").unique().sort("person_id", "item_id")
    return Histories.from_rows(owned["person_id"].to_numpy(), owned["item_id"].to_numpy(), [1.0] * len(owned))


def _list_catalogue(products: dy.DataFrame[Product]) -> Catalogue:
    milliseconds = products.select(pl.col("on_sale_from", "on_sale_to").dt.timestamp("ms"))
    return Catalogue.from_rows(
        products["item_id"].to_list(),
        on_sale_from=milliseconds["on_sale_from"].to_list(),
        on_sale_to=milliseconds["on_sale_to"].to_list(),
        channels=products["channels"].to_list(),
        names=products["name"].to_list(),
    )
