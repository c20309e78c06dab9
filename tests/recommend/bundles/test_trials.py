import doctest

import numpy as np

import recommend.bundles.trials
from recommend import size_trial


def test_examples() -> None:
    assert doctest.testmod(recommend.bundles.trials).failed == 0


def test_a_trial_of_the_told_size_shows_the_gain_as_often_as_its_power_says() -> None:
    """20,000 trials of each kind; four standard errors of slack, and 1 % for the normal curve."""
    chance = np.random.default_rng(7)
    for share, conversion, factor in ((0.1, 0.12, 1.0), (0.3, 0.45, 1.2), (0.05, 0.08, 1.3)):
        people = int(size_trial(share, conversion, factor))
        without = chance.binomial(people, share, 20_000) / people
        with_offer = chance.binomial(people, conversion, 20_000) / people
        spread = np.sqrt((with_offer * (1 - with_offer) + factor**2 * without * (1 - without)) / people)
        shown = np.mean(with_offer - factor * without > 1.959964 * spread)
        assert abs(shown - 0.8) < 4 * np.sqrt(0.16 / 20_000) + 0.01


def test_a_trial_shows_a_gain_that_is_not_there_no_more_often_than_its_error_says() -> None:
    """Of the two-sided error of 5 % half falls to the side of a gain."""
    chance = np.random.default_rng(8)
    for share, factor, people in ((0.1, 1.0, 3_000), (0.3, 1.2, 800), (0.05, 1.3, 5_000)):
        without = chance.binomial(people, share, 20_000) / people
        with_offer = chance.binomial(people, share * factor, 20_000) / people
        spread = np.sqrt((with_offer * (1 - with_offer) + factor**2 * without * (1 - without)) / people)
        shown = np.mean(with_offer - factor * without > 1.959964 * spread)
        assert abs(shown - 0.025) < 4 * np.sqrt(0.025 * 0.975 / 20_000) + 0.003


def test_what_does_not_gain_needs_endless_trials() -> None:
    assert np.isinf(size_trial([0.1, 0.1], [0.1, 0.11], [1.0, 1.1])).all()
