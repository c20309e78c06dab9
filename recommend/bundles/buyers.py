"""Buyers: who bought some of a bundle's items, and who all of them."""

import dataframely as dy
import polars as pl

from ingest import Order
from recommend.evidence import keep_paid


def count_buyers(sets: pl.DataFrame, prices: pl.DataFrame, orders: dy.DataFrame[Order]) -> pl.DataFrame:
    """Count the people behind each set, and what those who did not buy all of it paid and earned us instead.

    What came for nothing was not bought (`keep_paid`). `sets` has a column `items`. Added are, in the rows' order:
    `people` (bought any of the items), `people_all` (bought all, in one order or several), `price_some` and
    `margin_some` (mean over the others of what they bought of the set, each item once; 0 without others), `price_full`
    and `margin_full` (sums over the items). No person is left in the result.
    """
    numbered = sets.with_row_index("set")
    parts = numbered.select("set", item_id="items").explode("item_id", empty_as_null=False).join(prices, on="item_id")
    bought = keep_paid(orders).select("person_id", "item_id").unique()
    whole = parts.group_by("set").agg(
        size=pl.len(), price_full=pl.col("price").sort().sum(), margin_full=pl.col("margin").sort().sum()
    )
    items = parts.join(bought.group_by("item_id").agg(buyers=pl.len()), on="item_id", how="left")
    takings = items.group_by("set").agg(
        price_all=(pl.col("price") * pl.col("buyers").fill_null(0)).sort().sum(),
        margin_all=(pl.col("margin") * pl.col("buyers").fill_null(0)).sort().sum(),
    )
    held = parts.join(bought, on="item_id").group_by("set", "person_id").agg(held=pl.len())
    people = (
        held.join(whole.select("set", "size"), on="set")
        .group_by("set")
        .agg(people=pl.len(), people_all=(pl.col("held") == pl.col("size")).sum())
    )
    return (
        numbered.join(whole, on="set", how="left")
        .join(takings, on="set", how="left")
        .join(people, on="set", how="left")
        .with_columns(pl.col("people", "people_all").fill_null(0).cast(pl.Int64))
        .with_columns(price_some=_average("price"), margin_some=_average("margin"))
        .sort("set")
        .drop("set", "size", "price_all", "margin_all")
    )


def _average(money: str) -> pl.Expr:
    """Average over those who bought some, not all: everything taken, less what those who bought all brought."""
    others = pl.col("people") - pl.col("people_all")
    taken = pl.col(f"{money}_all") - pl.col("people_all") * pl.col(f"{money}_full")
    return pl.when(others > 0).then(taken / others).otherwise(0.0)
