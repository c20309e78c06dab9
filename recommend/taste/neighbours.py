"""Neighbours: who cared for what as a table of 0 and 1, and the strongest ties between its items as lists."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import dataframely as dy
import numpy as np
from scipy.sparse import csr_array

from recommend.codes import FloatArray, IntArray, code_names
from recommend.interactions import Interaction
from serving import RankedLists

BLOCK_CELLS = 4_000_000
"""Ties that are looked at together: 32 MB of numbers, and a few times that while they are sorted."""


class NothingToLearnError(ValueError):
    """There is no interaction to train a model from."""


class Cared(NamedTuple):
    """Who cared for what, however much: 1 where there is an interaction, 0 elsewhere."""

    names: list[str]
    """Items, sorted."""
    table: csr_array
    """People × items."""
    mirror: csr_array
    """Items × people."""

    @property
    def of_item(self) -> IntArray:
        """Count the people of each item."""
        return np.diff(self.mirror.indptr).astype(np.int64)

    @property
    def of_person(self) -> IntArray:
        """Count the items of each person."""
        return np.diff(self.table.indptr).astype(np.int64)


class Ties(NamedTuple):
    """Some pairs of items, as four columns."""

    item: IntArray
    """Code of the item that is asked for."""
    other: IntArray
    """Code of the item that may be answered."""
    weight: FloatArray
    together: IntArray
    """People who cared for both."""

    def take(self, places: IntArray) -> "Ties":
        """Take some of the pairs, in the order that is given."""
        return Ties(self.item[places], self.other[places], self.weight[places], self.together[places])


def tabulate_cared(interactions: dy.DataFrame[Interaction]) -> Cared:
    """Lay out who cared for what. Raises NothingToLearnError without rows."""
    if interactions.is_empty():
        raise NothingToLearnError(
            "The taste model found no interaction to learn from: ingest logs with looks at products "
            "(view_item with an item), or map the log's names to them, and train again."
        )
    people, items = code_names(interactions["person_id"]), code_names(interactions["item_id"])
    shape = (len(people.names), len(items.names))
    table = csr_array((np.ones(interactions.height), (people.codes, items.codes)), shape=shape)
    table.sort_indices()
    mirror = table.T.tocsr()
    mirror.sort_indices()
    return Cared(items.names.to_list(), table, mirror)


def cut_rows(items: int) -> Iterator[slice]:
    """Cut the items into runs whose ties to all items are few enough to be looked at together."""
    height = max(BLOCK_CELLS // items, 1)
    return (slice(begin, min(begin + height, items)) for begin in range(0, items, height))


def list_strongest(cared: Cared, weigh: Callable[[slice], Ties], most: int) -> RankedLists:
    """List for each item the items it is tied to, the `most` with the largest weights, above or below 0.

    `weigh` gives the ties of a run of items. An item is not tied to itself, and a weight of 0 is no tie; of equal sizes
    the smaller names stay. The score is the weight, `together` counts the people of both, `alone` those of the item.
    """
    blocks = [keep_strongest(weigh(rows), most) for rows in cut_rows(len(cared.names))]
    ties = Ties(*(np.concatenate(columns) for columns in zip(*blocks, strict=True)))
    return RankedLists.from_codes(
        cared.names,
        cared.names,
        ties.item,
        ties.other,
        score=ties.weight,
        together=ties.together,
        alone=cared.of_item,
        most=most,
    )


def keep_strongest(ties: Ties, most: int) -> Ties:
    """Keep the `most` ties of each item with the largest weights, above or below 0.

    >>> weight, together = np.array([9.0, 0.5, -0.7, 0.1]), np.array([5, 2, 0, 2])
    >>> ties = Ties(np.array([0, 0, 0, 1]), np.array([0, 1, 2, 0]), weight, together)
    >>> keep_strongest(ties, most=1).other.tolist()
    [2, 0]
    """
    ties = ties.take(np.flatnonzero((ties.item != ties.other) & (ties.weight != 0)))
    order = np.lexsort((ties.other, -np.abs(ties.weight), ties.item))
    sizes = np.bincount(ties.item)
    place = np.arange(len(order)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return ties.take(order[place < most])
