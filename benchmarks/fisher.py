"""Fisher: the exact test on a table of two by two, one-sided, which takes all baskets for alike."""

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

FloatArray = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]


def count_significant(both: Counts, of_a: Counts, of_b: Counts, baskets: int, level: float) -> int:
    """Count the pairs whose chance of so many common baskets or more, with all baskets alike, is at most `level`."""
    first = np.exp(_log_chance(both, of_a, of_b, baskets))
    kept = (first <= level) & (both * baskets > of_a * of_b)
    return int((_add_tail(first[kept], both[kept], of_a[kept], of_b[kept], baskets) <= level).sum())


def _log_chance(both: Counts, of_a: Counts, of_b: Counts, baskets: int) -> FloatArray:
    """Work out the logarithm of the hypergeometric chance of just so many."""
    return np.asarray(
        _log_choose(of_a, both) + _log_choose(baskets - of_a, of_b - both) - _log_choose(baskets, of_b), np.float64
    )


def _log_choose(of: Counts | int, some: Counts) -> FloatArray:
    return np.asarray(gammaln(np.add(of, 1)) - gammaln(some + 1) - gammaln(of - some + 1), np.float64)


def _add_tail(first: FloatArray, both: Counts, of_a: Counts, of_b: Counts, baskets: int) -> FloatArray:
    """Add the chances of all larger counts, each from the one before, until they no longer matter."""
    total, term, count = first.copy(), first.copy(), both.astype(np.float64)
    while (term > total * 1e-12).any():
        term = term * (of_a - count) * (of_b - count) / ((count + 1) * (baskets - of_a - of_b + count + 1))
        total, count = total + term, count + 1
    return total
