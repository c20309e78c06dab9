"""Stickiness: how much better than others a product keeps its people, as a factor of its scores."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from serving.lists import Column
from serving.vocabulary import StrArray, make_vocabulary

Ratios = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ItemStickiness:
    """Each product's stickiness against that of all; what is not listed is like all."""

    items: StrArray
    """Products: sorted, unique."""
    ratio: Ratios
    """Above 0; 1 is the mean of all products."""

    @classmethod
    def empty(cls) -> Self:
        """Make it of nothing: every product is like all."""
        return cls.from_rows([], [])

    @classmethod
    def from_rows(cls, item: Column, ratio: Column) -> Self:
        """Build from the columns of a table with one row for each product, in any order."""
        ids = np.asarray([str(name) for name in item], dtype=np.str_) if len(item) else make_vocabulary(())
        order = np.argsort(ids, kind="stable")
        return cls(ids[order], np.asarray(ratio, dtype=np.float64)[order])

    def raise_to(self, power: float) -> dict[str, float]:
        """Tell each product's factor: its ratio to some power; none where the power is 0.

        >>> ItemStickiness.from_rows(["tv", "case"], [4.0, 0.25]).raise_to(0.5)
        {'case': 0.5, 'tv': 2.0}
        """
        if not power:
            return {}
        return dict(zip(self.items.tolist(), (self.ratio**power).tolist(), strict=True))
