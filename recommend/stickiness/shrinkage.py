"""Shrinkage: shares of few pulled towards the share of all, as far as products differ at all."""

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv, betaln

FloatArray = npt.NDArray[np.float64]
TAIL = 0.025
HALF = 0.5
"""What a bound takes for granted at least: half a hit and half a miss (H. Jeffreys, 1946)."""


def pool_share(hits: npt.ArrayLike, trials: npt.ArrayLike) -> float:
    """Tell the share of all together: (Σk + ½) / (Σn + 1), half a hit in one trial more, so that it is never 0 or 1.

    >>> round(pool_share([0, 1, 60], [1, 1, 100]), 4)
    0.5971
    """
    k, n = np.asarray(hits, np.float64), np.asarray(trials, np.float64)
    return float((k.sum() + 0.5) / (n.sum() + 1))


def shrink_shares(hits: npt.ArrayLike, trials: npt.ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Shrink each share towards that of all; the posterior mean and the bounds of its 95 % interval.

    Shares are drawn from Beta(w m, w (1 - m)), where m is that of all (`pool_share`), and w is the likeliest under the
    beta-binomial distribution (J. G. Skellam, 1948): empirical Bayes. The posterior is Beta(w m + k, w (1 - m) + n -
    k). w lies between 1 and Σn + 2: what all have in common is worth a trial at least, and is known no better than from
    all of them. Where nobody did, or all did, nothing tells the shares apart: each is m, and the posterior that of all
    together, Beta(Σk + ½, Σn - Σk + ½). The upper bound is that of a prior of half a hit at the least, the lower one
    that of half a miss: a share without hits is rare, not known to be 0.

    >>> share, low, high = shrink_shares([0, 1, 60], [1, 1, 100])
    >>> share.round(2).tolist()
    [0.59, 0.6, 0.6]
    >>> share, low, high = shrink_shares([0, 0], [20, 200])
    >>> share.round(4).tolist(), high.round(4).tolist()
    ([0.0023, 0.0023], [0.0113, 0.0113])
    """
    k, n = np.asarray(hits, np.float64), np.asarray(trials, np.float64)
    m = pool_share(k, n)
    if 0 < k.sum() < n.sum():
        weight = _find_weight(k, n, m)
    else:
        # The prior then holds the trials of all, each one's own among them: these must not count twice.
        weight, k, n = float(n.sum()) + 1, np.zeros_like(k), np.zeros_like(n)
    prior_hits, prior_misses = weight * m, weight * (1 - m)
    low = betaincinv(prior_hits + k, max(prior_misses, HALF) + n - k, TAIL)
    high = betaincinv(max(prior_hits, HALF) + k, prior_misses + n - k, 1 - TAIL)
    return (prior_hits + k) / (weight + n), np.asarray(low, np.float64), np.asarray(high, np.float64)


def _find_weight(k: FloatArray, n: FloatArray, m: float) -> float:
    from scipy.optimize import minimize_scalar  # takes a quarter of a second, and most commands need none

    def weigh(log_weight: float) -> float:
        a, b = np.exp(log_weight) * m, np.exp(log_weight) * (1 - m)
        return float(-(betaln(a + k, b + n - k) - betaln(a, b)).sum())

    return float(np.exp(minimize_scalar(weigh, bounds=(0.0, np.log(n.sum() + 2)), method="bounded").x))
