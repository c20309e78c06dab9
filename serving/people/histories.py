"""Histories: for each person what they did."""

from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np

from serving.lists import Column
from serving.vocabulary import ABSENT, Float32Array, Int32Array, Int64Array, StrArray, encode_names, find_code


class History(NamedTuple):
    """One person's items and their weights."""

    item: Int32Array
    weight: Float32Array


NOTHING = History(np.empty(0, np.int32), np.empty(0, np.float32))


@dataclass(frozen=True, eq=False)
class Histories:
    """For each person their items, in the order of the items' names, as compressed sparse rows.

    Person `i` owns the places `starts[i]:starts[i + 1]` of `item` and `weight`; each item stands there once.
    """

    persons: StrArray
    """Pseudonyms: sorted, unique."""
    items: StrArray
    """Items: sorted, unique. `item` holds places in it."""
    starts: Int64Array
    """Where each person's row begins; one more than there are persons."""
    item: Int32Array
    weight: Float32Array
    """How much the item mattered to the person; above 0."""

    @classmethod
    def empty(cls) -> Self:
        """Make histories of nobody."""
        return cls.from_rows([], [], [])

    @classmethod
    def from_rows(cls, person: Column, item: Column, weight: Column) -> Self:
        """Build histories from the columns of a table; rows of one person and item are added up.

        Rows may come in any order, but a sum of several floats follows theirs.
        """
        persons, person_code = encode_names(np.asarray(person, dtype=np.object_))
        items, item_code = encode_names(np.asarray(item, dtype=np.object_))
        pair, place = np.unique(person_code.astype(np.int64) * max(len(items), 1) + item_code, return_inverse=True)
        total = np.bincount(place, weights=np.asarray(weight, dtype=np.float64), minlength=len(pair))
        owner, owned = np.divmod(pair, max(len(items), 1))
        return cls(
            persons=persons,
            items=items,
            starts=np.searchsorted(owner, np.arange(len(persons) + 1)).astype(np.int64),
            item=owned.astype(np.int32),
            weight=total.astype(np.float32),
        )

    def recall_items(self, person: str) -> History:
        """Give a person's row; an empty one for a person who is unknown."""
        code = find_code(self.persons, person)
        if code == ABSENT:
            return NOTHING
        row = slice(int(self.starts[code]), int(self.starts[code + 1]))
        return History(self.item[row], self.weight[row])
