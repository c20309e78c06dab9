import numpy as np
import pytest
from scipy.stats import poisson

from recommend.layout.estimates import Estimates


def test_ends_lie_a_factor_of_the_standard_error_apart() -> None:
    told = Estimates.start(2)
    told.fill(np.array([1]), np.array([0.5]), np.array([0.1]))
    columns = told.columns("attraction")
    assert columns["attraction"].to_list() == [None, 0.5]
    assert columns["high"][1] / 0.5 == pytest.approx(0.5 / columns["low"][1]) == pytest.approx(np.exp(0.196), rel=1e-4)


def test_the_upper_end_of_no_click_is_the_mean_that_gives_none_in_25_of_1000_cases() -> None:
    told = Estimates.start(1)
    told.fill_unclicked(np.array([True]), np.array([40.0]))
    assert (told.value[0], told.low[0]) == (0, 0)
    assert poisson.pmf(0, told.high[0] * 40) == pytest.approx(0.025)
