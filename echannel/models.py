"""Models: from the lake's tables to a snapshot in memory, the same way for judging and for publishing."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any, NamedTuple

import dataframely as dy
import polars as pl

from echannel.exits import Exit, Stop
from echannel.sessions.refresh import scan_sessioned
from echannel.tree import Settings
from ingest import ORDER, Order, Product, Sessioned, merge_orders
from lake import Lake
from paths import (
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
    bought_baskets,
    count_pairs,
    rank_popular,
    rank_related,
    rank_siblings,
    train_als,
    viewed_baskets,
    weigh_interactions,
)
from serving import CHANNEL_BIT, CLICK_MODELS, Catalogue, Histories, ItemFactors, Ladders, Snapshot

MODELS = ("also_viewed", "also_bought", "next_click", "next_item", "for_you")
CLICK_PARTS = {
    "next_click": ("page_sessions", "page_rules", "next_click"),
    "next_item": ("item_sessions", "item_rules", "next_item"),
}
"""For each question about clicks the parts of a snapshot that hold its models, in the order of `CLICK_MODELS`."""


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


def build_snapshot(
    tables: Tables, settings: Settings, withheld: Collection[str] = (), ladders: Ladders | None = None
) -> Snapshot:
    """Train every model that is not withheld and put all that answers need into a snapshot.

    `ladders` names what answers the next click on each channel; what no channel asks is not trained. The graph of
    pages is: it also tells which pages are popular.
    """
    interactions = weigh_interactions(tables.sessioned, settings.interactions, tables.ends_at)
    viewed = count_pairs(viewed_baskets(tables.sessioned), settings.pairs)
    bought = count_pairs(bought_baskets(tables.orders, settings.baskets), settings.pairs)
    return Snapshot(
        also_viewed=None if "also_viewed" in withheld else rank_related(viewed),
        also_bought=None if "also_bought" in withheld else rank_related(bought),
        **_learn_clicks(tables, settings, ladders or Ladders.empty()),
        for_you=None if "for_you" in withheld else _learn_taste(interactions, settings),
        popular=rank_popular(tables.sessioned),
        siblings=rank_siblings(tables.sessioned, tables.products),
        histories=Histories.from_rows(*(interactions[name].to_numpy() for name in ("person_id", "item_id", "weight"))),
        owned=_list_owned(tables.orders),
        catalogue=_list_catalogue(tables.products),
    )


def _learn_clicks(tables: Tables, settings: Settings, ladders: Ladders) -> dict[str, Any]:
    """Learn what is clicked next, page after page and item after item, and note who answers where."""
    pages, items = read_page_walks(tables.sessioned), read_item_walks(tables.sessioned)
    makers: dict[str, Callable[[], object]] = {
        "page_sessions": lambda: index_sessions(pages, settings.next_click.neighbours),
        "page_rules": lambda: rank_rules(pages, settings.next_click.rules),
        "next_click": lambda: rank_next_clicks(count_next_clicks(count_edges(tables.sessioned, settings.paths))),
        "item_sessions": lambda: index_sessions(items, settings.next_click.neighbours),
        "item_rules": lambda: rank_rules(items, settings.next_click.rules),
        "next_item": lambda: rank_followers(items),
    }
    asked = _list_asked(ladders) | {"next_click"}
    return {name: make() for name, make in makers.items() if name in asked} | {"ladders": ladders}


def _list_asked(ladders: Ladders) -> set[str]:
    """List the parts of a snapshot that any channel asks for its next clicks."""
    return {
        part
        for question, parts in CLICK_PARTS.items()
        for model, part in zip(CLICK_MODELS, parts, strict=True)
        for channel in (None, *CHANNEL_BIT)
        if model in ladders.choose_models(question, channel)
    }


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
