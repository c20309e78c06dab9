"""Chance: how often sets of items would come together if nothing tied them."""

from collections.abc import Iterator

import numpy as np

from recommend.codes import FloatArray, IntArray
from recommend.related.itemsets import Level, count_ways, find_sets, spell_sets
from recommend.related.together import BoolArray


def split_sides(size: int) -> Iterator[BoolArray]:
    """Go through all ways to part `size` places in two sides that are not empty: true for the one side."""
    for mask in range(1, 2**size - 1):
        yield np.array([mask >> place & 1 for place in range(size)], np.bool_)


def expect_sets(levels: list[Level], sizes: IntArray) -> FloatArray:
    """Work out how many baskets would hold each set of the last level by chance, given what its parts do.

    Items are told more than by chance only if no part of them merely joins the rest by chance (G. I. Webb, 2010,
    "Self-sufficient itemsets": each split of the set must be more than chance). With f the baskets of a part of c
    items, n the items of a basket, and (n)_c = n(n - 1)…(n - c + 1), the baskets of the a other items would by chance
    hold that part

        E = f · Σ (n - a)_c / Σ (n)_c

    times, the first sum over the baskets of the others, the second over all: the part is dealt into places, as items
    are in the configuration model. The largest E of all splits counts, the smaller part joining the larger one.
    """
    sets, size = spell_sets(levels), len(levels)
    ways = count_ways(sizes, size).sum(axis=0)
    expected = np.zeros(len(sets))
    for rest in split_sides(size):
        count = size - int(rest.sum())
        if count <= size - count:
            held, part = levels[size - count - 1], levels[count - 1]
            by_chance = part.baskets[find_sets(levels, sets[:, ~rest])] / ways[count - 1]
            expected = np.maximum(expected, by_chance * held.ways[find_sets(levels, sets[:, rest]), count - 1])
    return expected
