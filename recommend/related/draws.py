"""Draws: baskets of given sizes that are drawn from a catalogue, each item once and by its weight."""

from dataclasses import dataclass, replace

import numpy as np

from recommend.codes import FloatArray, IntArray
from recommend.related.configuration import LEAST, balance_items
from recommend.related.together import BoolArray

MOST_PLACES = 250
"""Items of the largest basket that is drawn, to bound the work. Of more than 100 it counts only if that is set so."""
LIGHT = 0.5
"""Odds in the largest basket up to which an item is light: it can be taken out of what was worked out for all of them
without loss of digits."""
CLOSE = 1e-4
"""Share by which the drawn baskets of an item may differ from its own."""
MOST_ROUNDS = 50
"""Rounds until then. Five will do, but for an item that is in every basket."""
SURE = 1e-6
"""Share of the baskets that an item is at least taken to be missing from, so that its odds are a number."""


@dataclass(frozen=True, eq=False)
class Draw:
    """What baskets of each size hold by chance, as ways to fill their places.

    A basket of n items is one of all sets of n items, each as likely as the product of its items' weights (the
    conditional Poisson draw: J. Hájek, 1964; S. X. Chen, A. P. Dempster and J. S. Liu, 1994). All that is asked of it
    are sums of such products over the ways to fill so many places with some of the items: elementary symmetric
    polynomials of their weights. Items that are in equally many baskets weigh the same: they are of one class.
    """

    weight: FloatArray
    """The weight of an item of each class."""
    items: IntArray
    """Items of each class."""
    scale: FloatArray
    """What the ways to fill k places are multiplied by beside those to fill k - 1, so that they stay numbers."""
    kind: IntArray
    """The class of each item, by code."""

    def leave_out(self, sets: IntArray) -> FloatArray:
        """Sum up the ways to fill 0, 1, 2, … places without the items of each set, told by their classes.

        Places × sets; those of one set compare with each other alone. Light items are taken out of what is worked out
        once for all of them, heavy ones put in, but for those of the set.
        """
        light, ways = self.light, np.repeat(self._fill_lightly()[:, None], len(sets), axis=1)
        for kind in sets.T:
            weight = np.where(light[kind], self.weight[kind], 0.0)
            for place in range(1, len(ways)):
                ways[place] -= self.scale[place] * weight * ways[place - 1]
        for heavy in np.flatnonzero(~light):
            left = self.items[heavy] - (sets == heavy).sum(axis=1)
            for copy in range(self.items[heavy]):
                self.put_in(ways, np.where(copy < left, self.weight[heavy], 0.0))
                ways /= ways.max(axis=0)
        return ways

    def put_in(self, ways: FloatArray, weight: FloatArray) -> None:
        """Let one more item of that weight take part in the filling, in place; a weight for each set."""
        ways[1:] += self.scale[1:, None] * weight * ways[:-1]

    def seat(self, ways: FloatArray, weight: FloatArray) -> FloatArray:
        """Give a place to an item that did not take part, so that there is one more; a weight for each set."""
        seated = np.zeros_like(ways)
        seated[1:] = self.scale[1:, None] * weight * ways[:-1]
        return seated

    @property
    def light(self) -> BoolArray:
        """Tell the classes of items that are in few of the baskets, however large these are."""
        return np.asarray(self.weight * self.scale.max() <= LIGHT)

    def _fill_lightly(self) -> FloatArray:
        """Sum up the ways to fill places with all light items, by Newton's identities: k e_k = Σ ± p_i e_(k - i)."""
        most = self.scale.max()
        weight, items = self.weight[self.light] * most, self.items[self.light]
        powers = np.cumprod(np.repeat(-weight[:, None], len(self.scale) - 1, axis=1), axis=1)
        sums = -(items[:, None] * powers).sum(axis=0)
        ways = np.zeros(len(self.scale))
        ways[0] = 1.0
        for place in range(1, len(ways)):
            scaled = np.cumprod(self.scale[place:0:-1] / most)
            ways[place] = (sums[:place] * scaled * ways[place - 1 :: -1]).sum() / place
        return ways


def fit_draw(of_item: IntArray, sizes: IntArray) -> Draw:
    """Find weights that give each item its number of baskets, where baskets are of these sizes.

    `sizes` are 1 to MOST_PLACES; their sum is that of `of_item`, in which an item may have no basket. The weights of
    the configuration model are close to it; from there each item's odds are moved by what they are off.
    """
    counts, kind, items = np.unique(of_item, return_inverse=True, return_counts=True)
    lengths, baskets = np.unique(sizes, return_counts=True)
    if not len(lengths):
        return Draw(np.zeros(len(counts)), items, np.ones(1), kind)
    weight, of_length = balance_items(counts, items, lengths, baskets)
    scale = np.exp(np.interp(np.arange(lengths[-1] + 1), lengths, np.log(of_length)))
    draw, share = Draw(weight, items, scale, kind), np.clip(counts / len(sizes), LEAST, 1 - SURE)
    for _ in range(MOST_ROUNDS):
        drawn = _draw_each(draw, lengths, baskets)
        if (np.abs(drawn - share) <= CLOSE * share).all():
            break
        draw = replace(draw, weight=draw.weight * (share / (1 - share)) * ((1 - drawn) / drawn))
    return draw


def _draw_each(draw: Draw, lengths: IntArray, baskets: IntArray) -> FloatArray:
    """Tell the share of the baskets that hold an item of each class."""
    without = draw.leave_out(np.arange(len(draw.weight))[:, None])
    held = draw.seat(without, draw.weight)[lengths]
    share: FloatArray = (baskets[:, None] * (held / (held + without[lengths]))).sum(axis=0) / baskets.sum()
    return np.clip(share, LEAST, 1 - SURE)
