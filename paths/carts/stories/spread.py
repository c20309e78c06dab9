"""Spread: how much more a share varies between days, or people, than if every arrival were a coin of its own."""

from typing import NamedTuple, Self

import numpy as np
import polars as pl
from scipy.special import chdtrc, fdtrc

from paths.rows.numbering import Ints

KNOWN_BY_A_PERIOD = 3
"""What is read off the counts for each period set apart: its share, its first day and its last."""


SURELY = 0.05
"""Clusters that vary no more than 19 of 20 binomial ones are taken as binomial, so that real stories are not lost."""


class Spread(NamedTuple):
    """How much more than binomially the arrivals vary, and how well that is known."""

    factor: float
    """Variance of the counts, of the binomial one; 1 where it is not surely more."""
    freedom: float
    """Degrees of freedom that the factor was measured with; 0 where there are too few to measure it."""

    def find_tail(self, strength: float) -> float:
        """Find the chance of so great a log-likelihood ratio in one period, the share being higher there.

        The quasi-likelihood F-test (McCullagh and Nelder, 1989): ½ P(F(1, freedom) ≥ 2 · strength / factor). It is 0
        where nothing varies beyond the binomial, so that the exact tail holds, and 1 where too few are known.

        >>> [round(Spread(*known).find_tail(8.0), 4) for known in ((1.0, 26.0), (4.0, 26.0), (1.0, 0.0))]
        [0.0, 0.028, 1.0]
        """
        if self.freedom <= 0:
            return 1.0
        return float(fdtrc(1, self.freedom, 2 * strength / self.factor)) / 2 if self.factor > 1 else 0.0

    def at_least(self, factor: float) -> Self:
        """Raise the factor to one that holds for all."""
        return self._replace(factor=max(self.factor, factor))


def measure_spread(left: Ints, came: Ints, period: Ints, cluster: Ints) -> Spread:
    """Measure the variance between clusters (days, or people) around the share of each period.

    The design effect of Rao and Scott (1992), one element a row of counts, `period` numbered from 0 (the other days):

        Σ_clusters (Σ left − came · share)² / Σ came · share · (1 − share) · m / (m − 1 − 3 · periods set apart)

    and 1 where that times its freedom is within the 95 % of the chi-square distribution. The clusters are counted as
    m = (Σ came)² / Σ_clusters came²: as many equally large ones would know as much. A few people who come again and
    again are few, however often they come.

    >>> days = np.arange(6)
    >>> spread = measure_spread(np.array([1, 9, 1, 9, 1, 9]), np.full(6, 10), 0 * days, days)
    >>> round(float(spread.factor), 3), float(spread.freedom)
    (7.68, 5.0)
    """
    whole, hits = np.bincount(period, came), np.bincount(period, left)
    share = hits / np.maximum(whole, 1)
    varied = float((whole * share * (1 - share)).sum())
    size = np.bincount(cluster, came)
    clusters = float(size.sum()) ** 2 / max(float((size**2).sum()), 1.0)
    freedom = clusters - 1 - KNOWN_BY_A_PERIOD * (np.count_nonzero(whole) - 1)
    if freedom <= 0:
        return Spread(1.0, 0.0)
    beyond = float((np.bincount(cluster, left - came * share[period]) ** 2).sum())
    factor = beyond / varied * clusters / freedom if varied else 1.0
    return Spread(factor if factor > 1 and chdtrc(freedom, factor * freedom) < SURELY else 1.0, freedom)


def number_clusters(rows: pl.DataFrame, *columns: str) -> Ints:
    """Number the clusters that rows of equal values in the columns make."""
    numbers: Ints = rows.select(pl.struct(columns).rank("dense")).to_series().to_numpy().astype(np.int64)
    return numbers
