"""Triples: three items that come together more often than any two of them explain."""

import dataframely as dy
import numpy as np
import polars as pl
from scipy.sparse import csr_array
from scipy.special import gammainc

from recommend.baskets import Basket
from recommend.related.chance import expect_sets
from recommend.related.itemsets import Level, Shelf, fill_shelf, list_items, name_items, spell_sets, weigh_sets
from recommend.related.together import Extended, extend_sets, narrow_sets, read_cells
from serving import find_q_values

TRIPLE = ["item_a", "item_b", "item_c"]


def count_triples(pairs: pl.DataFrame, bought: dy.DataFrame[Basket]) -> pl.DataFrame:
    """Count the baskets of three items each two of which are a pair given, and weigh them against chance.

    `pairs` are those of the baskets `bought`. `expected` is the largest count that one item's joining the other two by
    chance would give (`expect_sets`), the p-value the upper tail of a Poisson count with that mean, the q-value
    Benjamini and Hochberg's over all triples asked, those that never met among them. Columns: item_a, item_b, item_c,
    baskets, expected, q_value; sorted by the items.
    """
    shelf = fill_shelf(bought, 1)
    links = _link(pairs, shelf)
    levels = _grow(links, shelf)
    expected, baskets = expect_sets(levels, shelf.sizes), levels[-1].baskets
    linked = links > 0
    asked = int((linked.astype(np.int64) @ linked * linked).sum())
    q_value = find_q_values(gammainc(baskets, expected), asked)
    found = pl.DataFrame(
        {
            "items": name_items(spell_sets(levels), shelf.names),
            "baskets": baskets,
            "expected": expected,
            "q_value": q_value,
        }
    )
    sides = (pl.col("items").list.get(place).alias(side) for place, side in enumerate(TRIPLE))
    return found.select(*sides, pl.exclude("items")).sort(TRIPLE)


def _link(pairs: pl.DataFrame, shelf: Shelf) -> csr_array:
    """Lay out the baskets of the pairs as items × items, above the diagonal."""
    code = dict(zip(shelf.names, range(len(shelf.names)), strict=True))
    ends = np.array([pairs[side].replace_strict(code, return_dtype=pl.Int64).to_numpy() for side in TRIPLE[:2]])
    first, second = np.sort(ends, axis=0)
    return csr_array((pairs["baskets"].to_numpy(), (first, second)), shape=(len(code), len(code)))


def _grow(links: csr_array, shelf: Shelf) -> list[Level]:
    """Grow the items to the pairs that are linked, and those to the triples whose three pairs are."""
    first, second = links.tocoo().coords
    twos = Extended(first.astype(np.int64), second.astype(np.int64), links.data)
    held = narrow_sets(shelf.table.T.tocsr(), twos, shelf.table)
    threes = extend_sets(held, twos.item, shelf.table, 1)
    closed = np.all([read_cells(links, end[threes.row], threes.item) > 0 for end in (first, second)], axis=0)
    threes = Extended(*(column[closed] for column in threes))
    return [
        list_items(shelf),
        weigh_sets(twos, held, shelf.sizes, 2),
        weigh_sets(threes, narrow_sets(held, threes, shelf.table), shelf.sizes, 3),
    ]
