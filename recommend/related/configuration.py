"""Configuration: baskets that are dealt at random, given how large each is and in how many each item is."""

from typing import NamedTuple

import numpy as np

from recommend.codes import FloatArray, IntArray

EXACT = 1e-6
"""Share by which the dealt baskets of an item may differ from its own."""
LEAST = 1e-12
"""Baskets that are expected at least, so that a share of them can be told."""
MOST_ROUNDS = 200
"""Rounds until then. Some ten will do, but for an item that is in every basket, which comes ever nearer."""


class Configuration(NamedTuple):
    """How many baskets would hold two items by chance, which hangs on how many hold each."""

    counts: IntArray
    """All numbers of baskets that an item has, rising."""
    expected: FloatArray
    """Counts × counts."""

    def expect(self, of_one: IntArray, of_other: IntArray) -> FloatArray:
        """Look up what is expected of pairs, given the baskets of their items."""
        place = np.zeros(self.counts.max(initial=0) + 1, np.int64)
        place[self.counts] = np.arange(len(self.counts))
        return self.expected[place[of_one], place[of_other]]


def deal_items(of_item: IntArray, sizes: IntArray) -> Configuration:
    """Work out what chance makes of items that are in `of_item` baskets each, and baskets of these `sizes`.

    In the configuration model of a table of zeros and ones a basket of n items holds an item of f baskets with chance

        p = x y / (1 + x y)

    x for each f and y for each n such that items and baskets have their numbers in the mean (F. Saracco et al., 2015:
    the model of largest entropy). Among n places that no item takes twice, two items with chances p and p' meet with

        p p' - q q' / Σ q,   q = p (1 - p)

    the sum over all items (J. Hájek, 1964), and what is expected is the sum of that over the baskets. While no item is
    in many of the baskets it is near f f' Σ n(n - 1) / (Σ n)²; where some are, those meet less often than that, and
    rare items, to which they leave the places of the large baskets, more often.
    """
    counts, items = np.unique(of_item[of_item > 0], return_counts=True)
    lengths, baskets = np.unique(sizes[sizes > 0], return_counts=True)
    if not len(counts):
        return Configuration(counts, np.empty((0, 0)))
    odds = np.outer(*balance_items(counts, items, lengths, baskets))
    chance = odds / (1 + odds)
    rest = chance * (1 - chance)
    doubt = (items[:, None] * rest).sum(axis=0)
    meeting = np.where(lengths > 1, baskets, 0)
    # No products of matrices: their last bits may hang on the number of cores.
    expected = np.einsum("as,bs->ab", chance * meeting, chance)
    expected -= np.einsum("as,bs->ab", rest * (meeting / np.maximum(doubt, LEAST)), rest)
    # Hájek's correction is near the truth only: two items meet in no more baskets than hold the rarer one.
    return Configuration(counts, np.clip(expected, LEAST, np.minimum.outer(counts, counts)))


def balance_items(
    counts: IntArray, items: IntArray, lengths: IntArray, baskets: IntArray
) -> tuple[FloatArray, FloatArray]:
    """Find the x of each count and the y of each length that give items and baskets their numbers, by turns."""
    rows = np.sqrt((counts * items).sum())
    x, y = counts / rows, lengths / rows
    for _ in range(MOST_ROUNDS):
        x = counts / ((baskets * y) / (1 + np.outer(x, y))).sum(axis=1)
        y = lengths / ((items * x)[:, None] / (1 + np.outer(x, y))).sum(axis=0)
        odds = np.outer(x, y)
        if (np.abs((odds / (1 + odds) * baskets).sum(axis=1) - counts) <= EXACT * counts).all():
            break
    return x, y
