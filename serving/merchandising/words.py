"""Words: what some products bear, laid out once so that what is asked of all of them is a sum of columns."""

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from serving.vocabulary import Int32Array, StrArray, translate_codes

Mask = npt.NDArray[np.bool_]
Scores = npt.NDArray[np.float64]


class Words:
    """Products × words. A product's id works as one of its words, but for likeness."""

    def __init__(self, names: Sequence[str], borne: Mapping[str, frozenset[str]]) -> None:
        self._row = {name: row for row, name in enumerate(names)}
        self._column: dict[str, int] = {}
        cells = [
            (row, self._column.setdefault(word, len(self._column)))
            for row, name in enumerate(names)
            for word in borne.get(name, ())
        ]
        self._bears = np.zeros((len(names), len(self._column)))
        if cells:
            rows, columns = zip(*cells, strict=True)
            self._bears[rows, columns] = 1

    @property
    def count(self) -> int:
        """Return how many products there are."""
        return len(self._row)

    def __contains__(self, word: str) -> bool:
        """Tell whether any of the products bears a word, or is it."""
        return word in self._column or word in self._row

    def find_row(self, name: str) -> int | None:
        """Find a product's row; None for one that is not among them."""
        return self._row.get(name)

    def find_rows(self, vocabulary: StrArray) -> Int32Array:
        """Find for each name of a vocabulary its row; -1 for one that is not among them."""
        names = np.array(list(self._row), dtype=np.str_)
        codes = translate_codes(names, vocabulary)
        rows = np.full(len(vocabulary), -1, dtype=np.int32)
        rows[codes[codes >= 0]] = np.flatnonzero(codes >= 0)
        return rows

    def mark_bearers(self, word: str) -> Mask:
        """Mark the products that bear a word, or are it."""
        column, row = self._column.get(word), self._row.get(word)
        marked: Mask = np.zeros(len(self._row), np.bool_) if column is None else self._bears[:, column] > 0
        if row is not None:
            marked[row] = True
        return marked

    def share_words(self, words: Collection[str]) -> Scores:
        """Tell what share of the words that a product or these hold is in both (Jaccard); 0 where there are none."""
        columns = [self._column[word] for word in words if word in self._column]
        both: Scores = self._bears[:, columns].sum(axis=1)
        return both / np.maximum(self._each + len(words) - both, 1)

    @cached_property
    def _each(self) -> Scores:
        each: Scores = self._bears.sum(axis=1)
        return each
