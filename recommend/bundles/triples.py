"""Triples: three items that come together more often than any two of them explain."""

import dataframely as dy
import polars as pl
from scipy.special import gammainc

from recommend.baskets import Basket
from serving import find_q_values

TRIPLE = ["item_a", "item_b", "item_c"]


def count_triples(pairs: pl.DataFrame, bought: dy.DataFrame[Basket]) -> pl.DataFrame:
    """Count the baskets of three items each two of which are a pair given, and weigh them against chance.

    Three items are told more than by chance only if none of them merely joins the other two by chance. With f the
    baskets of an item and n the items of a basket, the baskets of a and b would by chance hold c

        E = f_c · Σ (n - 2) / Σ n

    times, the first sum over the baskets of a and b, the second over all. `expected` is the largest of the three ways
    to set one item apart (G. I. Webb, 2010, "Self-sufficient itemsets": each split of the set must be more than
    chance), the p-value the upper tail of a Poisson count with that mean, the q-value Benjamini and Hochberg's over
    all triples asked. Columns: item_a, item_b, item_c, baskets, expected, q_value; sorted by the items.
    """
    triples = _join_pairs(pairs)
    sizes = bought.group_by("basket").agg(size=pl.len().cast(pl.Int64))
    held = _find_baskets(pairs, bought).join(sizes, on="basket")
    counted = _count(triples, held, bought)
    places = held.group_by("item_a", "item_b").agg(places=(pl.col("size") - 2).sum())
    weighed = counted.with_columns(expected=_expect(counted, places, bought)).sort(TRIPLE)
    p_values = gammainc(weighed["baskets"].to_numpy(), weighed["expected"].to_numpy())
    return weighed.with_columns(q_value=find_q_values(p_values, triples.height))


def _join_pairs(pairs: pl.DataFrame) -> pl.DataFrame:
    """Join pairs to the triples whose three pairs are all there."""
    ab = pairs.select("item_a", "item_b")
    bc = ab.select(item_b="item_a", item_c="item_b")
    return ab.join(bc, on="item_b").join(ab.rename({"item_b": "item_c"}), on=["item_a", "item_c"], how="semi")


def _find_baskets(pairs: pl.DataFrame, bought: pl.DataFrame) -> pl.DataFrame:
    """Find the baskets of each pair."""
    first = bought.rename({"item_id": "item_a"})
    second = bought.rename({"item_id": "item_b"})
    return pairs.select("item_a", "item_b").join(first, on="item_a").join(second, on=["basket", "item_b"], how="semi")


def _count(triples: pl.DataFrame, held: pl.DataFrame, bought: pl.DataFrame) -> pl.DataFrame:
    third = bought.rename({"item_id": "item_c"})
    found = triples.join(held, on=["item_a", "item_b"]).join(third, on=["basket", "item_c"], how="semi")
    return found.group_by(TRIPLE).agg(baskets=pl.len().cast(pl.Int64))


def _expect(counted: pl.DataFrame, places: pl.DataFrame, bought: pl.DataFrame) -> pl.Series:
    """Work out, in the rows' order, the largest count that one item's joining the other two would give by chance."""
    alone = bought.group_by("item_id").agg(alone=pl.len())
    splits = [("item_a", "item_b", "item_c"), ("item_a", "item_c", "item_b"), ("item_b", "item_c", "item_a")]
    by_chance = [
        counted.select(item_a=first, item_b=second, item_id=apart)
        .join(places, on=["item_a", "item_b"], how="left", maintain_order="left")
        .join(alone, on="item_id", how="left", maintain_order="left")
        .select(pl.col("places") * pl.col("alone") / bought.height)
        .to_series()
        .alias(apart)
        for first, second, apart in splits
    ]
    return pl.DataFrame(by_chance).max_horizontal()
