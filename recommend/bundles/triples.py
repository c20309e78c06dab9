"""Triples: three items that come together more often than any two of them explain."""

import dataframely as dy
import numpy as np
import polars as pl
from scipy.sparse import csr_array

from recommend.baskets import Basket
from recommend.related.bound import Bound
from recommend.related.chance import draw_shelf, expect_sets
from recommend.related.clusters import cluster_extended, find_tail
from recommend.related.extended import Wanted, extend_sets, narrow_sets
from recommend.related.itemsets import (
    Level,
    Shelf,
    fill_shelf,
    link_items,
    list_items,
    name_items,
    size_up,
    spell_sets,
)
from serving import find_q_values

TRIPLE = ["item_a", "item_b", "item_c"]
MOST_TRIPLES = 2_000_000
"""More than the pairs of a plan, 5,000 by default, can ever close: m pairs close √2/3 · m^1.5 triples at most."""


def count_triples(pairs: pl.DataFrame, bought: dy.DataFrame[Basket]) -> pl.DataFrame:
    """Count the baskets of three items each two of which are a pair given, and weigh them against chance.

    `pairs` are those of the baskets `bought`. `expected` is the largest count that one item's joining the other two by
    chance would give (`expect_sets`), the p-value the upper tail of a Poisson count with that mean (`find_tail`),
    the q-value Benjamini and Hochberg's over all triples asked, those that never met among them. Columns: item_a,
    item_b, item_c, baskets, people, expected, q_value; sorted by the items.
    """
    shelf = fill_shelf(bought, 1)
    linked = link_items(pairs, shelf)
    levels = _grow(linked, shelf)
    expected, threes = expect_sets(levels, draw_shelf(shelf)), levels[-1]
    asked = int((linked.astype(np.int64) @ linked * linked).sum())
    q_value = find_q_values(find_tail(threes.baskets, expected, threes.clusters), asked)
    found = pl.DataFrame(
        {
            "items": name_items(spell_sets(levels), shelf.names),
            "baskets": threes.baskets,
            "people": threes.clusters.people,
            "expected": expected,
            "q_value": q_value,
        }
    )
    sides = (pl.col("items").list.get(place).alias(side) for place, side in enumerate(TRIPLE))
    return found.select(*sides, pl.exclude("items")).sort(TRIPLE)


def _grow(linked: csr_array, shelf: Shelf) -> list[Level]:
    """Grow the items to the pairs that are linked, and those to the triples whose three pairs are."""
    bound = Bound(MOST_TRIPLES, "triples are closed by the pairs", "[bundles.candidates]", "Lower `most_pairs`.")
    single = shelf.table.T.tocsr()
    twos = extend_sets(single, np.arange(single.shape[0]), shelf.table, Wanted(1, among=linked))
    held = narrow_sets(single, twos, shelf.table)
    closed = csr_array(linked[twos.row].multiply(linked[twos.item]))
    threes = extend_sets(held, twos.item, shelf.table, Wanted(1, bound, closed))
    return [
        list_items(shelf),
        size_up(twos, held, shelf),
        # Nothing joins three: the sizes of their baskets are not asked for, and would be most of the memory.
        Level(
            *threes,
            sizes=csr_array((len(threes.item), 0), dtype=np.int64),
            clusters=cluster_extended(held, threes, shelf.table, shelf.people),
        ),
    ]
