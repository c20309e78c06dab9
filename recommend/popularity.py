"""Popularity: how many people cared for each item, on each channel and on all."""

import dataframely as dy
import polars as pl

from ingest import Sessioned
from recommend.interactions import InteractionSettings
from serving import RankedLists

ALL_CHANNELS = "all"


def rank_popular(sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned], most: int = 200) -> RankedLists:
    """Rank the items by the people who looked at them, kept them, put them into the cart or bought them.

    Keys are `all` and each channel that was seen. The score is the share of the channel's people with any such event;
    `together` counts the people of the item, `alone` those of the channel. A person counts once however often they
    click, and once in `all` however many channels they use. Robots are left out.
    """
    interest = pl.col("name").is_in(list(InteractionSettings().weights))
    seen = (
        sessioned.lazy()
        .filter(interest, pl.col("item_id").is_not_null(), pl.col("robot").is_null())
        .select("person_id", "item_id", key=pl.concat_list("channel", pl.lit(ALL_CHANNELS)))
        .explode("key", empty_as_null=False)
    )
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
