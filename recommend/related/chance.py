"""Chance: how often sets of items would come together if nothing tied them."""

from collections.abc import Iterator

import numpy as np

from recommend.codes import FloatArray, IntArray
from recommend.related.configuration import LEAST
from recommend.related.draws import MOST_PLACES, Draw, fit_draw
from recommend.related.itemsets import Level, Shelf, find_sets, spell_sets
from recommend.related.together import BoolArray

BLOCK = 1_000_000
"""Sets × places that are worked on at a time, in some 50 MB."""


def split_sides(size: int) -> Iterator[BoolArray]:
    """Go through all ways to part `size` places in two sides that are not empty: true for the one side."""
    for mask in range(1, 2**size - 1):
        yield np.array([mask >> place & 1 for place in range(size)], np.bool_)


def draw_shelf(shelf: Shelf) -> Draw:
    """Tell what baskets like those of a shelf hold by chance."""
    return fit_draw(shelf.drawn, shelf.sizes[shelf.sizes <= MOST_PLACES])


def expect_sets(levels: list[Level], draw: Draw) -> FloatArray:
    """Work out how many baskets would hold each set of the last level by chance, given what its parts do.

    Items are told more than by chance only if no part of them merely joins the rest by chance (G. I. Webb, 2010,
    "Self-sufficient itemsets": each split of the set must be more than chance). In a basket of n items that holds the
    other a items, a part of c items stands by chance as often as in the ways to fill the other n - a places:

        P(n) = Π w · e(n - a - c) / Σ e_j(w) · e(n - a - j),   j = 0 … c

    with w the weights of the part's items, e_j their elementary symmetric polynomials, and e(k) the ways to fill k
    places without any of the set's items (`Draw`). What is expected is the sum of P over the baskets of the others,
    and the largest of all splits counts, the smaller part joining the larger one. Baskets of more than MOST_PLACES
    items are taken to hold the part.
    """
    sets = spell_sets(levels)
    rows = max(BLOCK // len(draw.scale), 1)
    blocks = (sets[start : start + rows] for start in range(0, len(sets), rows))
    return np.concatenate([np.empty(0), *(_expect_some(levels, some, draw) for some in blocks)])


def _expect_some(levels: list[Level], sets: IntArray, draw: Draw) -> FloatArray:
    """Work it out for some sets."""
    kinds, expected = draw.kind[sets], np.full(len(sets), LEAST)
    without = draw.leave_out(kinds)
    for rest in split_sides(len(levels)):
        others = int(rest.sum())
        if others >= len(levels) - others:
            sizes = levels[others - 1].sizes[find_sets(levels, sets[:, rest])].toarray().T
            places = len(without) - others
            chance = _join(draw, without, draw.weight[kinds[:, ~rest]])[:places]
            joined = (sizes[others : others + places] * chance).sum(axis=0)
            expected = np.maximum(expected, joined + sizes[MOST_PLACES + 1 :].sum(axis=0))
    return expected


def _join(draw: Draw, without: FloatArray, part: FloatArray) -> FloatArray:
    """Tell with what chance a part is in 0, 1, 2, … places, given the ways to fill them without any item of the set."""
    seated, ways = without, without.copy()
    for weight in part.T:
        seated = draw.seat(seated, weight)
        draw.put_in(ways, weight)
    return np.divide(seated, ways, out=np.zeros_like(ways), where=ways > 0)
