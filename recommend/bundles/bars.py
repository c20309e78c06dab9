"""Bars: what stands against selling two items together."""

from collections.abc import Sequence
from datetime import datetime

import dataframely as dy
import polars as pl

from ingest import Product
from recommend.bundles.substitutes import Substitute

PAIR = ["item_a", "item_b"]


def bar_pairs(
    pairs: pl.DataFrame,
    products: dy.DataFrame[Product],
    substitutes: dy.DataFrame[Substitute],
    kept_out: Sequence[str],
    stackable: Sequence[str],
    now: datetime,
) -> pl.DataFrame:
    """Tell in `barred` the first thing that stands against each pair; null: nothing.

    In this order: `kept out` by the settings; `not on sale` at `now`, or not in the catalogue; `excluded`, one by the
    other's terms; `no channel` that sells both; `same category`, unless it is `stackable`; `substitutes`.
    """
    shelves = _lay_out(products, now)
    barred = (
        pl.when(pl.any_horizontal(pl.col(*PAIR).is_in(list(kept_out))))
        .then(pl.lit("kept out"))
        .when(~(pl.col("sold_a").fill_null(False) & pl.col("sold_b").fill_null(False)))
        .then(pl.lit("not on sale"))
        .when(
            pl.col("excludes_a").list.contains(pl.col("item_b")) | pl.col("excludes_b").list.contains(pl.col("item_a"))
        )
        .then(pl.lit("excluded"))
        .when(pl.col("channels_a").list.set_intersection("channels_b").list.len() == 0)
        .then(pl.lit("no channel"))
        .when((pl.col("category_a") == pl.col("category_b")) & ~pl.col("category_a").is_in(list(stackable)))
        .then(pl.lit("same category"))
        .when(pl.col("compared"))
        .then(pl.lit("substitutes"))
    )
    told = (
        pairs.join(shelves.select(pl.all().name.suffix("_a")), left_on="item_a", right_on="item_id_a", how="left")
        .join(shelves.select(pl.all().name.suffix("_b")), left_on="item_b", right_on="item_id_b", how="left")
        .join(substitutes.select(*PAIR, compared=True), on=PAIR, how="left")
    )
    return told.with_columns(barred=barred).select(*pairs.columns, "barred")


def _lay_out(products: dy.DataFrame[Product], now: datetime) -> pl.DataFrame:
    """Lay out of each product what can stand against it; channels null: all."""
    begun, ended = pl.col("on_sale_from") <= now, pl.col("on_sale_to") <= now
    return products.select(
        "item_id",
        "category",
        pl.col("excludes").fill_null("").str.split(" "),
        pl.col("channels").str.split(" "),
        sold=begun.fill_null(True) & ~ended.fill_null(False),
    )
