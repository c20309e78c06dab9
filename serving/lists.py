"""Ranked lists: for each key its targets, best first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

from serving.vocabulary import (
    ABSENT,
    Float32Array,
    Int32Array,
    Int64Array,
    StrArray,
    encode_names,
    find_code,
    make_vocabulary,
)

Column = npt.NDArray[np.generic] | Sequence[object]
"""A table's column: a one-dimensional array, or a sequence of its values."""


class Ranking(NamedTuple):
    """One key's targets, best first: four arrays of one length, and the key's own count."""

    target: Int32Array
    score: Float32Array
    together: Int64Array
    alone: int


EMPTY = Ranking(np.empty(0, np.int32), np.empty(0, np.float32), np.empty(0, np.int64), 0)


@dataclass(frozen=True, eq=False)
class RankedLists:
    """For each key its targets, best first, as compressed sparse rows.

    Key `i` owns the places `starts[i]:starts[i + 1]` of `target`, `score` and `together`. Scores fall within a
    key; equal scores stand in the order of their names.
    """

    keys: StrArray
    """What is asked for: sorted, unique."""
    targets: StrArray
    """What may be answered: sorted, unique. `target` holds places in it."""
    starts: Int64Array
    """Where each key's row begins; one more than there are keys."""
    target: Int32Array
    score: Float32Array
    """What the list is ranked by; larger is better."""
    together: Int64Array
    """How often key and target came together."""
    alone: Int64Array
    """How often each key came at all."""

    @classmethod
    def empty(cls) -> Self:
        """Make lists without any key."""
        return cls.from_rows([], [], score=[], together=[], alone=[])

    @classmethod
    def from_rows(
        cls, key: Column, target: Column, *, score: Column, together: Column, alone: Column, most: int = 50
    ) -> Self:
        """Build lists from the columns of a table with one row for each key and target.

        `alone` is the key's own count, the same in all of a key's rows. Rows may come in any order; the `most`
        best of each key stay.
        """
        keys, key_code = encode_names(np.asarray(key, dtype=np.object_))
        targets, target_code = encode_names(np.asarray(target, dtype=np.object_))
        counts = np.zeros(len(keys), dtype=np.int64)
        counts[key_code] = np.asarray(alone, dtype=np.int64)
        return cls.from_codes(
            keys, targets, key_code, target_code, score=score, together=together, alone=counts, most=most
        )

    @classmethod
    def from_codes(
        cls,
        keys: Column,
        targets: Column,
        key: Column,
        target: Column,
        *,
        score: Column,
        together: Column,
        alone: Column,
        most: int = 50,
    ) -> Self:
        """Build lists from names and rows of integers: the fast way for millions of rows.

        `key` and `target` are places in `keys` and `targets` (unique, in any order); `alone` has one count for each
        of `keys`. Rows may come in any order; the `most` best of each key stay. Scores are rounded to float32 before
        they are ranked, so that what is stored is in the order of what is stored.
        """
        key_names, key_rank = sort_names(keys)
        target_names, target_rank = sort_names(targets)
        key_code = key_rank[np.asarray(key, dtype=np.int64)]
        target_code = target_rank[np.asarray(target, dtype=np.int64)]
        scores = np.asarray(score, dtype=np.float32)
        order = np.lexsort((target_code, -scores, key_code))
        order = order[number_within(key_code[order]) < most]
        counts = np.empty(len(key_names), dtype=np.int64)
        counts[key_rank] = np.asarray(alone, dtype=np.int64)
        return cls(
            keys=key_names,
            targets=target_names,
            starts=np.searchsorted(key_code[order], np.arange(len(key_names) + 1)).astype(np.int64),
            target=target_code[order].astype(np.int32),
            score=scores[order],
            together=np.asarray(together, dtype=np.int64)[order],
            alone=counts,
        )

    def knows(self, key: str) -> bool:
        """Tell whether there is a row of that key."""
        return find_code(self.keys, key) != ABSENT

    def rank_targets(self, key: str) -> Ranking:
        """Give a key's row; an empty one for a key that is unknown."""
        code = find_code(self.keys, key)
        if code == ABSENT:
            return EMPTY
        row = slice(int(self.starts[code]), int(self.starts[code + 1]))
        return Ranking(self.target[row], self.score[row], self.together[row], int(self.alone[code]))


def sort_names(names: Column) -> tuple[StrArray, Int64Array]:
    """Sort unique names, and tell where each went."""
    texts = np.asarray([str(name) for name in names], dtype=np.str_) if len(names) else make_vocabulary(())
    order = np.argsort(texts, kind="stable")
    rank = np.empty(len(texts), dtype=np.int64)
    rank[order] = np.arange(len(texts))
    return texts[order], rank


def number_within(codes: npt.NDArray[np.int64]) -> Int64Array:
    """Number the rows of each run of equal codes from 0."""
    places = np.arange(len(codes), dtype=np.int64)
    first = np.ones(len(codes), dtype=np.bool_)
    first[1:] = codes[1:] != codes[:-1]
    return places - np.maximum.accumulate(np.where(first, places, 0))
