"""How sure a share is, given how often it was seen."""

import numpy as np
import numpy.typing as npt

Z_95 = 1.959963984540054
"""The normal quantile of a two-sided 95 % interval."""


def wilson_bounds(
    successes: npt.ArrayLike, trials: npt.ArrayLike, z: float = Z_95
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Bound the share behind `successes` out of `trials` by Wilson's score interval.

    With p = successes / trials and n = trials,

        (p + z²/2n  ±  z · √(p(1 − p)/n + z²/4n²)) / (1 + z²/n)

    (E. B. Wilson, 1927, "Probable inference, the law of succession, and statistical inference").
    Arrays broadcast against each other; the answer is (low, high), each within 0 … 1. No trials tell nothing: 0 and 1.
    Raises ValueError where there are more successes than trials, or fewer than none.

    >>> low, high = wilson_bounds([0, 5, 412], [0, 10, 1903])
    >>> low.round(4).tolist()
    [0.0, 0.2366, 0.1986]
    >>> high.round(4).tolist()
    [1.0, 0.7634, 0.2356]
    """
    hits, n = np.broadcast_arrays(np.asarray(successes, np.float64), np.asarray(trials, np.float64))
    if not ((hits >= 0) & (hits <= n)).all():
        raise ValueError("A share needs 0 ≤ successes ≤ trials: count both over the same rows.")
    known = np.where(n > 0, n, 1.0)
    share, curb = hits / known, z * z / known
    middle = (share + curb / 2) / (1 + curb)
    reach = np.sqrt(curb * (share * (1 - share) + curb / 4)) / (1 + curb)
    low = np.where(n > 0, np.where(hits > 0, middle - reach, 0.0), 0.0)
    high = np.where(n > 0, np.where(hits < n, middle + reach, 1.0), 1.0)
    return np.clip(low, 0.0, 1.0), np.clip(high, 0.0, 1.0)


def find_q_values(p_values: npt.ArrayLike, tests: int | None = None) -> npt.NDArray[np.float64]:
    """Find for each finding the share of false ones if all findings down to it are believed.

    The r-th smallest p-value becomes the least p_s · tests / s of all s ≥ r, at most 1 (Y. Benjamini and Y. Hochberg,
    1995). `tests` says out of how many they are, where those left out are all 1; as many as are given by default.

    >>> find_q_values([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.04, 0.04]
    >>> find_q_values([0.01, 0.9, 0.02], tests=4).tolist()
    [0.04, 1.0, 0.04]
    """
    given = np.asarray(p_values, np.float64)
    out_of = len(given) if tests is None else tests
    # From here on p_s · tests / s is 1 or more whatever its rank: no need to sort those, and they are most.
    small = np.flatnonzero(given < len(given) / max(out_of, 1))
    order = small[np.argsort(given[small])]
    scaled = given[order] * (out_of / np.arange(1, len(order) + 1))
    q_values = np.ones(len(given))
    q_values[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return q_values
