"""Periods: days in a row on which a share was higher than on all others, beyond chance."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from paths.evidence import find_tail
from paths.rows.numbering import Ints

Floats = npt.NDArray[np.float64]

NEARLY = 1.92
"""Half of 3.84, the 95 % point of the chi-square distribution of one degree of freedom."""


class Period(NamedTuple):
    """Days in a row, by their places from `first` up to and without `end`; hits out of trials inside and in all."""

    first: int
    end: int
    hits: int
    trials: int
    all_hits: int
    all_trials: int
    strength: float
    """Log-likelihood ratio against one share for all days."""
    windows: int
    """How many periods were looked at."""
    earliest: int
    """First day of the earliest period that explains the counts nearly as well."""
    latest: int
    """End of the latest such period."""

    @property
    def chance(self) -> float:
        """Bound the chance that any period looked at would stand out like this if all days had one share.

        The hypergeometric tail P(X ≥ hits), exact, times the periods looked at (Boole's inequality), at most 1. All
        periods overlap, so the true chance is smaller.
        """
        return min(1.0, self.windows * find_tail(self.hits, self.trials, self.all_hits, self.all_trials))


def find_period(hits: Ints, trials: Ints) -> Period | None:
    """Find the days in a row whose share of hits stands out the most above that of the other days.

    The Bernoulli scan statistic (Kulldorff, 1997): of all periods of at most half of the days, the one with the
    greatest

        c ln(c/n) + (n−c) ln((n−c)/n) + (C−c) ln((C−c)/(N−n)) + (N−n−C+c) ln((N−n−C+c)/(N−n))
            − C ln(C/N) − (N−C) ln((N−C)/N)

    with c hits of n trials inside, C of N in all, and c/n > C/N; of equals the shortest, then the first. Of the periods
    that overlap it and explain the counts nearly as well (within ½ χ²₁(95 %) of the greatest, a likelihood interval of
    the days) the middle one is told: a lucky day at its edge does not cut a period short. One element a day, in the
    order of time. None where no period lies above the rest.

    >>> found = find_period(np.array([1, 1, 8, 9, 1, 1]), np.full(6, 10))
    >>> found.first, found.end, found.hits, found.trials, round(found.strength, 2), found.chance < 1e-6
    (2, 4, 17, 20, 17.39, True)
    """
    days = trials.size
    first, end = _list_windows(days)
    some, every = _sum_up(trials), _sum_up(hits)
    n, c = some[end] - some[first], every[end] - every[first]
    strength = measure_strength(c, n, every[-1], some[-1])
    if not strength.size or strength.max() <= 0:
        return None
    best = int(strength.argmax())
    near = np.flatnonzero((strength > max(0.0, strength[best] - NEARLY)) & (first < end[best]) & (end > first[best]))
    told = near[_find_middle(first[near], end[near], strength[near])]
    return Period(
        first=int(first[told]), end=int(end[told]), hits=int(c[told]), trials=int(n[told]), all_hits=int(every[-1]),
        all_trials=int(some[-1]), strength=float(strength[told]), windows=strength.size,
        earliest=int(first[near].min()), latest=int(end[near].max()),
    )  # fmt: skip


def _find_middle(first: Ints, end: Ints, strength: Floats) -> int:
    """Find the period nearest the medians of first days and ends, each period weighed by its likelihood."""
    weight = np.exp(strength - strength.max())
    away = abs(first - _weigh_median(first, weight)) + abs(end - _weigh_median(end, weight))
    return int(np.lexsort([-strength, away])[0])


def _weigh_median(values: Ints, weight: Floats) -> int:
    order = np.argsort(values, kind="stable")
    heavier = np.cumsum(weight[order])
    return int(values[order][np.searchsorted(heavier, heavier[-1] / 2)])


def measure_strength(c: Ints, n: Ints, all_hits: int, all_trials: int) -> Floats:
    """Measure the log-likelihood ratio of two shares against one; 0 where c/n is not above the rest's."""
    logs = _tabulate_logs(int(all_trials))
    rest, missed = all_trials - n, all_hits - c
    two = logs[c] + logs[n - c] - logs[n] + logs[missed] + logs[rest - missed] - logs[rest]
    one = logs[all_hits] + logs[all_trials - all_hits] - logs[all_trials]
    strength: Floats = np.where(c * all_trials > n * all_hits, two - one, 0.0)
    return strength


def _tabulate_logs(most: int) -> Floats:
    """Tabulate k ln k, 0 at 0."""
    k = np.arange(most + 1, dtype=np.float64)
    logs: Floats = k * np.log(np.maximum(k, 1))
    return logs


def _list_windows(days: int) -> tuple[Ints, Ints]:
    """List all periods of at most half of the days, the shortest first."""
    lengths = np.arange(1, days // 2 + 1)
    counts = days - lengths + 1
    length = np.repeat(lengths, counts)
    first = np.arange(length.size) - np.repeat(np.cumsum(counts) - counts, counts)
    return first, first + length


def _sum_up(values: Ints) -> Ints:
    sums: Ints = np.concatenate([[0], np.cumsum(values)]).astype(np.int64)
    return sums
