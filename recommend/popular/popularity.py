"""Popularity: how many people cared for each item, on each channel and on all."""

import dataframely as dy
import numpy as np
import polars as pl

from ingest import ORDER, Product, Sessioned
from recommend.codes import code_names
from recommend.interactions import find_interest
from serving import RankedLists

ALL_CHANNELS = "all"


def rank_popular(
    sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned],
    products: dy.DataFrame[Product] | None = None,
    most: int = 200,
) -> RankedLists:
    r"""Rank the items by the people who looked at them, kept them, put them into the cart or bought them.

    Keys are `all` and each channel that was seen, and `all\tCATEGORY`, `web\tCATEGORY` (`shelve_items`). The score is
    the share of the channel's people with any such event; `together` counts the people of the item, `alone` those of
    the channel. A person counts once however often they click, and once in `all` however many channels they use.
    Robots are left out.
    """
    seen = name_keys(find_interest(sessioned), Product.create_empty() if products is None else products)
    people = seen.group_by("key").agg(alone=pl.col("person_id").n_unique())
    items = seen.group_by("key", "item_id").agg(together=pl.col("person_id").n_unique())
    rows = items.join(people, on="key").sort("key", "item_id").collect()
    return RankedLists.from_rows(
        rows["key"].to_list(),
        rows["item_id"].to_list(),
        score=(rows["together"] / rows["alone"]).to_numpy(),
        together=rows["together"].to_numpy(),
        alone=rows["alone"].to_numpy(),
        most=most,
    )


def rank_siblings(
    sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned], products: dy.DataFrame[Product], most: int = 20
) -> RankedLists:
    """Rank, for each item, the other items of its category by the people who cared for them.

    The category is the catalogue's, else the one that the item's latest event tells; items without one have no
    siblings. The score is the share of the category's people; `together` counts the people of the sibling, `alone`
    those of the category. An item that nobody cared for yet has siblings too. Robots are left out.
    """
    seen = find_interest(sessioned)
    shelves = shelve_items(seen, products)
    shelved = seen.select("person_id", "item_id").unique().join(shelves, on="item_id")
    people = shelved.group_by("category").agg(alone=pl.col("person_id").n_unique())
    items = (
        shelved.group_by("category", "item_id")
        .agg(together=pl.len())
        .sort("together", "item_id", descending=[True, False])
    )
    best = items.group_by("category", maintain_order=True).head(most + 1).rename({"item_id": "sibling"})
    rows = (
        shelves.join(best, on="category")
        .filter(pl.col("item_id") != pl.col("sibling"))
        .join(people, on="category")
        .sort("item_id", "sibling")
        .collect()
    )
    keys, siblings = code_names(rows["item_id"]), code_names(rows["sibling"])
    alone = np.zeros(len(keys.names), np.int64)
    alone[keys.codes] = rows["alone"].to_numpy()
    return RankedLists.from_codes(
        keys.names.to_list(),
        siblings.names.to_list(),
        keys.codes,
        siblings.codes,
        score=(rows["together"] / rows["alone"]).to_numpy(),
        together=rows["together"].to_numpy(),
        alone=alone,
        most=most,
    )


def name_keys(seen: pl.LazyFrame, products: dy.DataFrame[Product]) -> pl.LazyFrame:
    """Put each event under `all`, its channel, and both with its item's category: one row for each `key`."""
    shelves = shelve_items(seen, products).rename({"category": "shelf"})
    places = (pl.lit(ALL_CHANNELS), pl.col("channel"))
    keys = [*places, *(pl.concat_str(place, "shelf", separator="\t") for place in places)]
    named = seen.join(shelves, on="item_id", how="left").with_columns(key=pl.concat_list(keys))
    return (
        named.select("person_id", "item_id", "occurred_at", "key")
        .explode("key", empty_as_null=False)
        .filter(pl.col("key").is_not_null())
    )


def shelve_items(seen: pl.LazyFrame, products: dy.DataFrame[Product]) -> pl.LazyFrame:
    """Tell each item's category: the catalogue's, else the one that its latest event tells."""
    told = seen.filter(pl.col("category").is_not_null()).sort(*ORDER)
    latest = told.group_by("item_id").agg(pl.col("category").last())
    known = products.lazy().select("item_id", "category").filter(pl.col("category").is_not_null())
    return pl.concat([known, latest]).unique("item_id", keep="first", maintain_order=True)
