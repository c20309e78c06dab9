import doctest

import numpy as np
import pytest

import evaluation.off_policy.estimators
from evaluation.off_policy.estimators import (
    Choices,
    Impressions,
    correct_clicks,
    foretell_clicks,
    learn_rates,
    measure_effective_size,
    normalise_clicks,
)

LOG = Impressions(
    rounds=np.array([0, 1, 2, 3]),
    places=np.array([0, 0, 1, 1]),
    cells=np.array([0, 1, 0, 1]),
    folds=np.array([0, 1, 0, 1]),
    weights=np.array([0.5, 2.0, 1.0, 0.0]),
    clicks=np.array([1.0, 0.0, 1.0, 1.0]),
)
POLICY = Choices(np.array([0, 0, 1]), np.array([0, 1, 0]), np.array([0.25, 0.75, 1.0]))
RATES = np.array([[0.4, 0.8], [0.2, 0.6]])
ONCE = np.ones(4)


def test_examples() -> None:
    assert doctest.testmod(evaluation.off_policy.estimators).failed == 0


def test_the_model_foretells_each_impression_from_the_other_folds() -> None:
    first, second = 0.25 * 0.4 + 0.75 * 0.8, 0.25 * 0.2 + 0.75 * 0.6
    assert foretell_clicks(LOG, POLICY, RATES, ONCE) == pytest.approx((first + second + 0.4 + 0.2) / 4)


def test_the_log_corrects_the_model_by_its_weighted_errors() -> None:
    errors = 0.5 * (1 - 0.4) + 2 * (0 - 0.6) + 1 * (1 - 0.4) + 0
    foretold = foretell_clicks(LOG, POLICY, RATES, ONCE)
    assert correct_clicks(LOG, POLICY, RATES, ONCE) == pytest.approx(foretold + errors / 4)


def test_rates_are_shrunk_to_the_mean_of_the_other_folds() -> None:
    rates = learn_rates(LOG, cells=3, folds=2, prior=2.0, counts=ONCE)
    assert rates[0].tolist() == pytest.approx([0.5, (1 + 2 * 0.5) / (2 + 2), 0.5])
    assert rates[1].tolist() == pytest.approx([1.0, 1.0, 1.0])


def test_a_round_drawn_twice_counts_twice() -> None:
    twice = Impressions(*(np.repeat(column, [2, 1, 1, 1]) for column in LOG))
    counts = np.array([2.0, 1, 1, 1])
    assert normalise_clicks(LOG, counts) == pytest.approx(normalise_clicks(twice, np.ones(5)))
    assert learn_rates(LOG, 2, 2, 1.0, counts) == pytest.approx(learn_rates(twice, 2, 2, 1.0, np.ones(5)))
    assert correct_clicks(LOG, POLICY, RATES, counts) == pytest.approx(correct_clicks(twice, POLICY, RATES, np.ones(5)))


def test_no_weight_at_all_is_worth_nothing() -> None:
    empty = LOG._replace(weights=np.zeros(4))
    assert (normalise_clicks(empty, ONCE), measure_effective_size(empty.weights)) == (0.0, 0.0)
