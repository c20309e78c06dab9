"""Connections: which slots and items can be compared with each other at all."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from recommend.codes import FloatArray, IntArray

BoolArray = npt.NDArray[np.bool_]

ALONE = -1
"""The group of a slot or an item that can be compared with nothing."""


class Groups(NamedTuple):
    """The group of each slot and of each item: what shares one can be compared. Numbered from 0, most clicks first."""

    slots: IntArray
    items: IntArray

    def rename(self, group: int, number: int) -> "Groups":
        """Give a group another number."""
        return Groups(*(np.where(names == group, number, names) for names in self))

    def dissolve(self, group: int) -> "Groups":
        """Leave all that a group holds alone."""
        return self.rename(group, ALONE)


def find_groups(shown: FloatArray, clicked: FloatArray) -> Groups:
    """Find the groups of slots and items within which the position model has one answer.

    Both tables are slots × items. Draw an arrow from a slot to each item that it showed, and one back where the item
    was clicked on. With slots and items that were never clicked on left out, the Poisson model clicks ~ shown ·
    examination · attraction has a largest likelihood, and one alone up to a common factor, where these arrows lead from
    everywhere to everywhere (strong connection: the condition of S. J. Haberman, 1974, that a positive table has the
    same margins; L. R. Ford, 1957, for paired comparisons). It is stricter than a connected table: an item without a
    click in one of two slots does not tie them together. What was never clicked on joins the group that all its
    partners share, else it is `ALONE`.
    """
    live_slots, live_items = clicked.sum(axis=1) > 0, clicked.sum(axis=0) > 0
    if not live_slots.any():
        return Groups(np.full(len(live_slots), ALONE), np.full(len(live_items), ALONE))
    live = np.ix_(live_slots, live_items)
    names = _connect(shown[live] > 0, clicked[live] > 0)
    names = _order(names, np.concatenate([clicked[live].sum(axis=1), np.zeros(live_items.sum())]))
    slots, items = np.full(len(live_slots), ALONE), np.full(len(live_items), ALONE)
    slots[live_slots], items[live_items] = names[: live_slots.sum()], names[live_slots.sum() :]
    return Groups(_join(slots, items, shown, live_slots), _join(items, slots, shown.T, live_items))


def _connect(there: BoolArray, back: BoolArray) -> IntArray:
    """Name the strongly connected parts of slots, and items after them, by the arrows there and back."""
    (slot, item), (back_slot, back_item) = np.nonzero(there), np.nonzero(back)
    slots, nodes = len(there), sum(there.shape)
    starts, ends = np.concatenate([slot, back_item + slots]), np.concatenate([item + slots, back_slot])
    arrows = csr_array((np.ones(len(starts), np.int64), (starts, ends)), shape=(nodes, nodes))
    return connected_components(arrows, connection="strong")[1].astype(np.int64)


def _order(names: IntArray, clicks: FloatArray) -> IntArray:
    """Number groups by their clicks, the most first; of equals the one with the first slot."""
    first = np.unique(names, return_index=True)[1]
    order = np.lexsort((first, -np.bincount(names, weights=clicks)))
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    return place[names]


def _join(own: IntArray, partners: IntArray, shown: FloatArray, live: BoolArray) -> IntArray:
    """Let those without a click join the one group of all partners that have clicks."""
    seen = (shown > 0) & (partners >= 0)
    least = np.where(seen, partners, np.iinfo(np.int64).max).min(axis=1, initial=np.iinfo(np.int64).max)
    most = np.where(seen, partners, ALONE).max(axis=1, initial=ALONE)
    return np.where(live, own, np.where(least == most, most, ALONE))
