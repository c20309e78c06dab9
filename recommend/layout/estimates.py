"""Estimates: factors with their intervals."""

from typing import NamedTuple, Self

import numpy as np
import polars as pl

from recommend.codes import FloatArray, IntArray
from recommend.layout.connections import BoolArray
from serving import Z_95

NO_CLICK_BOUND = 3.6888794541139363
"""-ln(0.025): the largest Poisson mean under which a count of 0 still comes in 2.5 of 100 cases."""


class Estimates(NamedTuple):
    """Estimated factors and the ends of their 95 % intervals, NaN where there are none."""

    value: FloatArray
    low: FloatArray
    high: FloatArray

    @classmethod
    def start(cls, size: int) -> Self:
        """Start with nothing known."""
        return cls(*(np.full(size, np.nan) for _ in range(3)))

    def fill(self, places: IntArray, value: FloatArray, error: FloatArray) -> None:
        """Fill in factors of which the standard error of the logarithm is known."""
        self.value[places] = value
        self.low[places], self.high[places] = value * np.exp(-Z_95 * error), value * np.exp(Z_95 * error)

    def fill_unclicked(self, places: BoolArray, exposure: FloatArray) -> None:
        """Fill in 0 for what was never clicked on in so many showings, each weighed by its partner's factor."""
        self.value[places] = self.low[places] = 0.0
        self.high[places] = NO_CLICK_BOUND / exposure[places]

    def columns(self, name: str) -> dict[str, pl.Series]:
        """Give the estimates as columns, nulls where nothing is known."""
        named = {name: self.value, "low": self.low, "high": self.high}
        return {key: pl.Series(key, values).fill_nan(None) for key, values in named.items()}
