"""Carts: what each piece put in or taken out makes of a cart, and what the cart is worth at the end."""

import numpy as np
import polars as pl

from paths.rows.numbering import Bools, Ints, mark_runs
from paths.rows.order import order_rows


def follow_carts(cart: Ints, item: Ints, change: Ints) -> tuple[Ints, Bools]:
    """Follow each cart through its changes, given in the order of time with their carts in ascending order.

    Gives how many pieces of the item are in the cart after each change, and whether it took the last piece of all out.
    What is taken out beyond what is in does not count: pieces = S − min(0, least S so far), S the running sum of the
    item's changes (Lindley, 1952).
    """
    order = order_rows([cart, item])
    firsts = mark_runs(cart[order]) | mark_runs(item[order])
    held_there = _sum_within(change[order], firsts)
    held_there -= np.minimum(0, _find_least_within(held_there, firsts))
    held, moved = np.empty_like(change), np.empty_like(change)
    held[order] = held_there
    moved[order] = held_there - np.where(firsts, 0, np.roll(held_there, 1))
    return held, (moved < 0) & (_sum_within(moved, mark_runs(cart)) == 0)


def list_left(events: pl.LazyFrame, prices: pl.LazyFrame | None) -> pl.LazyFrame:
    """List what each journey's cart holds at the end: `journey`, `item_id`, `pieces`, and what they are `worth`.

    A piece is worth its item's last price in the journey's cart events, else its `price` in `prices`, else nothing.
    Sorted by journey and item.
    """
    known = pl.LazyFrame(schema={"item_id": pl.String, "price": pl.Float64}) if prices is None else prices
    worth = pl.coalesce("price", "price_known", pl.lit(0.0))
    return (
        events.filter(pl.col("held").is_not_null())
        .group_by("journey", "item_id")
        .agg(pieces=pl.col("held").last(), price=pl.col("price").drop_nulls().last())
        .filter(pl.col("pieces") > 0)
        .join(known.select("item_id", "price"), on="item_id", how="left", suffix="_known")
        .sort("journey", "item_id")
        .select("journey", "item_id", "pieces", worth=pl.col("pieces") * worth)
    )


def value_carts(left: pl.LazyFrame) -> pl.LazyFrame:
    """Add up what `list_left` lists: one row a journey; none for a journey without a cart."""
    return left.group_by("journey", maintain_order=True).agg(
        items_left=pl.col("pieces").sum(), value_left=pl.col("worth").sum()
    )


def _sum_within(values: Ints, firsts: Bools) -> Ints:
    """Sum up values from the first of each run on."""
    sums = np.cumsum(values)
    runs = np.cumsum(firsts) - 1
    return sums - (sums - values)[firsts][runs] if values.size else sums


def _find_least_within(values: Ints, firsts: Bools) -> Ints:
    """Find the least value so far from the first of each run on: each run is moved below all before it."""
    fall = np.cumsum(firsts) * (1 + int(values.max(initial=0)) - int(values.min(initial=0)))
    least: Ints = np.minimum.accumulate(values - fall) + fall
    return least
