"""Wilson's interval and q-values: known values, and what holds for all."""

import doctest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, false_discovery_control

from serving import evidence, find_q_values, wilson_bounds


def test_the_examples_of_the_docstrings_hold() -> None:
    assert doctest.testmod(evidence).failed == 0


@given(st.integers(0, 500), st.integers(1, 500))
def test_bounds_equal_scipys_and_hold_the_share(hits: int, more: int) -> None:
    trials = hits + more - 1 if hits else more
    low, high = wilson_bounds(hits, trials)
    other = binomtest(hits, trials).proportion_ci(0.95, method="wilson")
    assert (low.item(), high.item()) == pytest.approx((other.low, other.high), abs=1e-12)
    assert 0 <= low.item() <= hits / trials <= high.item() <= 1


def test_a_wider_quantile_gives_a_wider_interval_and_arrays_broadcast() -> None:
    low, high = wilson_bounds([1, 2, 3], 10, z=1.0)
    wide_low, wide_high = wilson_bounds([1, 2, 3], 10, z=3.0)
    assert (wide_low < low).all()
    assert (wide_high > high).all()
    assert low.shape == (3,)


def test_no_trials_tell_nothing() -> None:
    assert [bound.item() for bound in wilson_bounds(0, 0)] == [0.0, 1.0]
    assert wilson_bounds(np.zeros(0), np.zeros(0))[0].shape == (0,)


@pytest.mark.parametrize(("hits", "trials"), [(2, 1), (-1, 1), (float("nan"), 1)])
def test_impossible_counts_are_refused(hits: float, trials: float) -> None:
    with pytest.raises(ValueError, match="0 ≤ successes ≤ trials"):
        wilson_bounds(hits, trials)


def test_never_and_always_reach_the_ends_exactly() -> None:
    trials = np.arange(1, 1000)
    assert (wilson_bounds(0, trials)[0] == 0).all()
    assert (wilson_bounds(trials, trials)[1] == 1).all()


def test_q_values_are_those_of_scipy_when_every_test_is_there() -> None:
    p_values = np.random.default_rng(3).random(200) ** 3
    np.testing.assert_allclose(find_q_values(p_values), false_discovery_control(p_values))


def test_q_values_count_the_tests_that_are_not_there_as_p_1() -> None:
    p_values = np.random.default_rng(3).random(50) ** 3
    whole = false_discovery_control(np.concatenate([p_values, np.ones(150)]))[:50]
    np.testing.assert_allclose(find_q_values(p_values, 200), whole)


def test_no_findings_have_no_q_values() -> None:
    assert find_q_values([]).size == 0
