"""Evidence: whether the shares of two groups differ, by how much, and how surely."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc, gammaln

from serving import wilson_bounds

Floats = npt.NDArray[np.float64]

FEW = 5.0
"""Below this expected count the chi-square distribution is a poor stand-in, and the test counts exactly."""


FURTHER, DEVIATIONS = 50, 12
"""Terms of an exact tail that are added up, and as many standard deviations: what lies further out is nothing."""


class ShareDifference(NamedTuple):
    """How far the first group's share lies above the second's, one element a comparison."""

    difference: Floats
    """First share − second share; 0 where a group has nobody."""
    low: Floats
    """Lower 95 % bound of the difference."""
    high: Floats
    """Upper 95 % bound of the difference."""
    p_value: Floats
    """The chance of a difference as great, either way, if the shares were the same."""


def compare_shares(
    hits_a: npt.ArrayLike, trials_a: npt.ArrayLike, hits_b: npt.ArrayLike, trials_b: npt.ArrayLike
) -> ShareDifference:
    """Compare the share hits_a / trials_a with hits_b / trials_b, element by element.

    Arrays broadcast; single numbers give arrays of one. The interval is Newcombe's (1998, method 10), from the Wilson
    bounds l, u of each share:

        d − √((p_a − l_a)² + (u_b − p_b)²)  …  d + √((u_a − p_a)² + (p_b − l_b)²)

    The p-value is that of the N − 1 chi-square test (E. S. Pearson, 1947; Campbell, 2007); where an expected count is
    below 5, the exact two-sided mid-p of Fisher's test (Lancaster, 1961). A group of nobody tells nothing: −1 … 1,
    and p is 1. Raises ValueError where there are more hits than trials.

    >>> told = compare_shares([30, 3, 0], [100, 10, 0], [10, 1, 5], [100, 10, 9])
    >>> told.difference.round(3).tolist()
    [0.2, 0.2, 0.0]
    >>> told.low.round(3).tolist(), told.high.round(3).tolist()
    ([0.09, -0.16, -1.0], [0.306, 0.514, 1.0])
    >>> told.p_value.round(4).tolist()
    [0.0004, 0.3344, 1.0]
    """
    a, n_a, b, n_b = (
        part.astype(np.float64)
        for part in np.broadcast_arrays(*map(np.atleast_1d, (hits_a, trials_a, hits_b, trials_b)))
    )
    (low_a, high_a), (low_b, high_b) = wilson_bounds(a, n_a), wilson_bounds(b, n_b)
    share_a, share_b = a / np.maximum(n_a, 1), b / np.maximum(n_b, 1)
    told = (n_a > 0) & (n_b > 0)
    difference = np.where(told, share_a - share_b, 0.0)
    low = np.where(told, difference - np.hypot(share_a - low_a, high_b - share_b), -1.0)
    high = np.where(told, difference + np.hypot(high_a - share_a, share_b - low_b), 1.0)
    return ShareDifference(difference, low, high, _test_shares(a, n_a, b, n_b))


def _test_shares(a: Floats, n_a: Floats, b: Floats, n_b: Floats) -> Floats:
    """Test whether two shares are the same; 1 where a group has nobody, or all do or none does."""
    n, hits = n_a + n_b, a + b
    misses = n - hits
    known = np.where(n > 0, n, 1)
    least = np.minimum(n_a, n_b) * np.minimum(hits, misses) / known
    spread = np.where(least > 0, n_a * n_b * hits * misses, 1)
    statistic = np.where(least > 0, (a * n_b - b * n_a) ** 2 * (n - 1) / spread, 0.0)
    p_value: Floats = chdtrc(1, statistic)
    rare = (least > 0) & (least < FEW)
    p_value[rare] = _count_exactly(*(part[rare] for part in (a, n_a, hits, misses)))
    return p_value


def _count_exactly(a: Floats, n_a: Floats, hits: Floats, misses: Floats) -> Floats:
    """Find the two-sided mid-p of Fisher's exact test, on the rarer of hits and misses."""
    rarer, rare, n = np.where(hits <= misses, a, n_a - a), np.minimum(hits, misses), hits + misses
    above = rarer * n > n_a * rare
    chances = _list_chances(np.where(above, rarer, rare - rarer), np.where(above, n_a, n - n_a), rare, n)
    tail = chances.sum(axis=1) - chances[:, :1].sum(axis=1) / 2
    p_value: Floats = np.minimum(2 * np.minimum(tail, 1 - tail), 1.0)
    return p_value


def find_tail(hits: int, trials: int, all_hits: int, all_trials: int) -> float:
    """Find the chance of so many hits or more among the trials, all hits being dealt out at random: hypergeometric.

    For more hits than expected; what lies beyond twelve standard deviations more is left out.

    >>> round(find_tail(4, 5, 5, 20), 6)
    0.004902
    """
    dealt = (np.array([float(count)]) for count in (hits, trials, all_hits, all_trials))
    return min(1.0, float(_list_chances(*dealt).sum()))


def _list_chances(least: Floats, trials: Floats, all_hits: Floats, all_trials: Floats) -> Floats:
    """List the hypergeometric chances of `least` hits, one more, two more …; one row a table."""
    share = all_hits / all_trials
    spread = np.sqrt(trials * share * (1 - share) * (all_trials - trials) / np.maximum(all_trials - 1, 1))
    terms = int(FURTHER + DEVIATIONS * spread.max(initial=0))
    most = np.minimum(trials, all_hits) - least
    more = np.arange(min(terms, int(most.max(initial=0))) + 1.0)
    hits = least[:, None] + more
    n, k, whole = trials[:, None], all_hits[:, None], all_trials[:, None]
    possible = more <= most[:, None]
    hits = np.where(possible, hits, least[:, None])
    logs = _count_ways(k, hits) + _count_ways(whole - k, n - hits) - _count_ways(whole, n)
    chances: Floats = np.where(possible, np.exp(logs), 0.0)
    return chances


def _count_ways(n: Floats, k: Floats) -> Floats:
    """Count the ways to choose k of n, as a logarithm."""
    ways: Floats = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    return ways
