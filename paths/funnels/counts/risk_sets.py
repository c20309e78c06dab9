"""Risk sets: each convert beside those who had done as much and might have converted next."""

from dataclasses import dataclass
from math import exp, inf, sqrt
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc

from paths.evidence import FEW
from paths.rows.numbering import Ints
from serving import Z_95

FARTHEST = 30.0
"""A logarithm of a ratio beyond this is no bound at all."""


class Pace(NamedTuple):
    """How those who had something went on to convert, against those who had not."""

    share_of_converts: float
    """Share of the converts who had it before they converted."""
    share_of_others: float
    """Share of the others, as far on their way as the converts, who had it by then; the mean over the converts."""
    ratio: float
    """How many times as often those who had it converted next; inf where only they did."""
    low: float
    """Lower 95 % bound of the ratio."""
    high: float
    """Upper 95 % bound of the ratio; inf where there is none."""
    p_value: float
    """The chance of a ratio so far from 1 if having it made no difference."""


@dataclass(frozen=True)
class RiskSets:
    """The points of their way, in actions done, at which entrants converted next, and who was there."""

    after: Ints
    """For each entrant, after how many actions they converted or left."""
    points: Ints
    """The distinct numbers of actions after which anybody converted, in order."""
    converts: Ints
    """Who converted next at each point."""
    there: Ints
    """Who came to that point: those who converted there or later, and those who left there or later."""

    @classmethod
    def gather(cls, after: npt.ArrayLike, converted: npt.ArrayLike) -> Self:
        """Gather the risk sets of entrants who did so many actions and then converted or did not."""
        actions = np.asarray(after, np.int64)
        points, converts = np.unique(actions[np.asarray(converted, np.bool_)], return_counts=True)
        there = actions.size - np.searchsorted(np.sort(actions), points, side="left")
        return cls(actions, points, converts, there)

    def compare(self, who: Ints, had_after: Ints, converted: npt.NDArray[np.bool_]) -> Pace | None:
        """Compare the entrants `who`, who had something from so many actions on, with all; None where too few had it.

        `converted` tells of each of them whether they did. This is the log-rank test with a covariate that changes
        along the way (Mantel, 1966; Cox, 1972), its clock the number of actions. With n entrants at a point, n₁ of
        whom had it, and d converts, the converts who had it are expected to be and to vary by

            E(r) = Σ d·p,   V(r) = Σ d·p(1 − p)·(n − d)/(n − 1),   p = r·n₁ / (r·n₁ + n − n₁)

        for a ratio r. The p-value is that of (O − E(1))² / V(1); the ratio solves O = E(r), its bounds
        (O − E(r))² = z²·V(r), so that the interval holds 1 exactly when p is above 5 %. Too few: fewer than 5 expected
        converts who had it, or who had not.

        30 of 100 convert, all after 7 actions; 10 of them and 30 of the others had something from their third on:

        >>> converted = np.arange(100) < 30
        >>> sets, who = RiskSets.gather([7] * 100, converted), np.arange(20, 60)
        >>> pace = sets.compare(who, np.full(40, 3), converted[who])
        >>> round(pace.share_of_converts, 2), round(pace.share_of_others, 2), round(pace.ratio, 2)
        (0.33, 0.43, 0.75)
        >>> round(pace.low, 2), round(pace.high, 2), round(pace.p_value, 2)
        (0.4, 1.41, 0.38)
        """
        in_time = had_after <= self.after[who]
        until, converted = self.after[who][in_time], converted[in_time]
        began = np.searchsorted(np.sort(had_after[in_time]), self.points, side="right")
        had = began - np.searchsorted(np.sort(until), self.points, side="left")
        converts_had = np.zeros(self.points.size, np.int64)
        np.add.at(converts_had, np.searchsorted(self.points, until[converted]), 1)
        return _weigh(converts_had, had, self.converts, self.there)


def _weigh(converts_had: Ints, had: Ints, converts: Ints, there: Ints) -> Pace | None:
    seen, total = int(converts_had.sum()), int(converts.sum())
    expected, variance = _expect(1.0, had, converts, there)
    if min(expected, total - expected) < FEW or variance == 0:
        return None
    others = np.maximum(there - converts, 1)
    share_of_others = float((converts * ((had - converts_had) / others)).sum() / total)
    p_value = float(chdtrc(1, (seen - expected) ** 2 / variance))
    ratio, low, high = (_solve(seen, z, had, converts, there) for z in (0.0, Z_95, -Z_95))
    return Pace(seen / total, share_of_others, ratio, low, high, p_value)


def _expect(ratio: float, had: Ints, converts: Ints, there: Ints) -> tuple[float, float]:
    """Expect how many converts had it, and by how much that varies."""
    chance = ratio * had / (ratio * had + (there - had))
    spread = chance * (1 - chance) * (there - converts) / np.maximum(there - 1, 1)
    return float((converts * chance).sum()), float((converts * spread).sum())


def _solve(seen: int, z: float, had: Ints, converts: Ints, there: Ints) -> float:
    """Find the ratio at which as many converts had it as were seen, but for z standard deviations."""
    from scipy.optimize import brentq  # takes as long to load as all else here

    def miss(logarithm: float) -> float:
        expected, variance = _expect(exp(logarithm), had, converts, there)
        return seen - expected - z * sqrt(variance)

    if miss(-FARTHEST) <= 0:
        return 0.0
    if miss(FARTHEST) >= 0:
        return inf
    return exp(brentq(miss, -FARTHEST, FARTHEST, xtol=1e-9))
