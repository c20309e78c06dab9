"""Assignment: which item stands in which slot, so that the page is worth most."""

import numpy as np

from recommend.codes import FloatArray, IntArray
from recommend.layout.connections import BoolArray

EMPTY = -1
"""The item of a slot that is left empty."""


def assign_items(value: FloatArray, pinned: IntArray, categories: IntArray, caps: IntArray) -> IntArray:
    """Assign to each slot at most one item and to each item at most one slot, for the largest sum of values.

    `value` is slots × items, 0 or more, -inf where an item may not stand. `pinned` holds for each slot the item that
    must stand there, or `EMPTY`. `categories` numbers each item's category from 0, -1 for none; `caps` holds for each
    category the most items of it. A slot stays empty only if filling it would cost value elsewhere or nothing may
    stand there. Gives each slot's item or `EMPTY`.

    Exact, caps too: a category of m items and cap k gets m - k further places, worth nothing, that only its items can
    take and that must be taken, so at most k are left for the page; the rest is the assignment problem (H. W. Kuhn,
    1955; solved by D. F. Crouse's shortest augmenting paths, 2016, in scipy). Beforehand, items that are not among
    their category's best S at any of the S slots are left out: one of those S is always free to take their place, at
    the same cap. An empty slot costs 10⁻⁹ of the largest value, so that of equal pages the fuller one is taken.

    >>> value = np.array([[9.0, 8.0, 1.0], [5.0, 4.0, 0.5]])
    >>> assign_items(value, np.array([-1, -1]), np.array([0, 0, 1]), np.array([1, 2])).tolist()
    [0, 2]
    """
    from scipy.optimize import linear_sum_assignment  # takes a quarter of a second, and most commands need none

    value = _pin(value, pinned)
    kept = _keep_best(value, categories)
    if not len(kept):
        return np.full(len(value), EMPTY)
    slots, page = len(value), value[:, kept]
    spare = _spare_places(categories[kept], caps, np.isin(kept, pinned))
    empty = np.full((slots + len(spare), slots), -np.inf)
    scale = np.max(page, initial=0.0, where=np.isfinite(page)) or 1.0
    empty[np.arange(slots), np.arange(slots)] = np.where(pinned == EMPTY, -1e-9 * scale, -np.inf)
    rows, columns = linear_sum_assignment(np.hstack([np.vstack([page, spare]), empty]), maximize=True)
    taken = columns[np.argsort(rows)][:slots]
    return np.where(taken < len(kept), kept[np.minimum(taken, len(kept) - 1)], EMPTY)


def _pin(value: FloatArray, pinned: IntArray) -> FloatArray:
    """Leave a pinned slot its item alone, and a pinned item its slot alone."""
    slots = np.flatnonzero(pinned != EMPTY)
    items = pinned[slots]
    held = value.copy()
    held[slots, :] = held[:, items] = -np.inf
    held[slots, items] = value[slots, items]
    return held


def _keep_best(value: FloatArray, categories: IntArray) -> IntArray:
    """Keep of each category the items that are among its best S at any of the S slots; of equals the first."""
    slots = len(value)
    kept = set[int]()
    for row in value:
        order = np.lexsort((np.arange(len(row)), -row, categories))
        order = order[np.isfinite(row[order])]
        shelf = categories[order]
        rank = np.arange(len(order)) - np.searchsorted(shelf, shelf)
        kept.update(order[rank < slots].tolist())
    return np.array(sorted(kept), dtype=np.int64)


def _spare_places(categories: IntArray, caps: IntArray, pinned: BoolArray) -> FloatArray:
    """Make for each capped category the places that its items beyond the cap must take."""
    counts = np.bincount(categories[categories >= 0], minlength=len(caps))
    owners = np.repeat(np.arange(len(caps)), np.maximum(counts - caps, 0))
    return np.where((categories == owners[:, None]) & ~pinned, 0.0, -np.inf)
