import numpy as np
import pytest

from paths.carts.stories.spread import Spread, measure_spread

NONE_SET_APART = np.zeros(40, np.int64)


def test_people_who_come_once_vary_as_coins_do() -> None:
    left = np.repeat([1, 0], 20)
    assert measure_spread(left, np.ones_like(left), NONE_SET_APART, np.arange(40)) == Spread(1.0, 39.0)


def test_people_who_come_four_times_and_always_do_the_same_vary_four_times_as_much() -> None:
    left = np.repeat([1, 0] * 5, 4)
    spread = measure_spread(left, np.ones_like(left), NONE_SET_APART, np.repeat(np.arange(10), 4))
    assert spread == (pytest.approx(4 * 10 / 9), 9.0)


def test_one_who_comes_most_of_the_time_is_hardly_more_than_one() -> None:
    person = np.concatenate([np.zeros(36, np.int64), np.arange(1, 5)])
    _, freedom = measure_spread(np.tile([0, 1], 20), np.ones_like(person), NONE_SET_APART, person)
    assert freedom == pytest.approx(40**2 / (36**2 + 4) - 1)


def test_what_is_set_apart_does_not_make_the_other_days_vary() -> None:
    left, came = np.array([1, 1, 9, 9, 1, 1, 1, 1, 1, 1]), np.full(10, 10)
    apart = np.isin(np.arange(10), [2, 3]).astype(np.int64)
    assert measure_spread(left, came, 0 * apart, np.arange(10)).factor > 5
    assert measure_spread(left, came, apart, np.arange(10)) == Spread(1.0, 6.0)


def test_too_few_to_measure_prove_nothing() -> None:
    spread = measure_spread(np.array([9, 1]), np.array([9, 9]), np.array([1, 0]), np.arange(2))
    assert spread == Spread(1.0, 0.0)
    assert spread.find_tail(100.0) == 1.0
