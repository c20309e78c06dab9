"""Trials: how many people a test needs to prove that an offer earns more."""

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from recommend.codes import FloatArray


def size_trial(
    share: npt.ArrayLike, conversion: npt.ArrayLike, factor: npt.ArrayLike, error: float = 0.05, power: float = 0.8
) -> FloatArray:
    """Size each half of a test that shows `conversion` to be above `factor` times `share`.

    One half of the people sees the offer, the other none. The offer earns more where its conversion q is above f · p,
    with p the share without it and f what a discount must bring in for what it gives away. With z the normal quantiles
    of a two-sided error and of the power,

        n = (z_error + z_power)² · (q(1 - q) + f² · p(1 - p)) / (q - f · p)²

    people in each half: the test holds q̂ - f · p̂ to its own standard error, and that many let it show the difference
    expected with the power asked (C. P. Farrington and G. Manning, 1990, treat such tests of a ratio; a simulation in
    our tests holds the formula to its word). Rounded up; infinite where q is not above f · p, since no test would
    prove it.

    >>> size_trial([0.1, 0.1], [0.12, 0.12], [1.0, 1.1]).tolist()
    [3839.0, 16836.0]
    """
    p, q, f = (np.asarray(numbers, np.float64) for numbers in (share, conversion, factor))
    effect = q - f * p
    known = np.where(effect > 0, effect, 1.0)
    people = (ndtri(1 - error / 2) + ndtri(power)) ** 2 * (q * (1 - q) + f**2 * p * (1 - p)) / known**2
    return np.where(effect > 0, np.maximum(np.ceil(people), 1.0), np.inf)
