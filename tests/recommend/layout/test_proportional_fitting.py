import doctest

import numpy as np
import pytest

import recommend.layout.proportional_fitting
from recommend.layout.proportional_fitting import NotSettledError, fit_proportionally

SHOWN = np.array([[300.0, 100.0, 0.0], [200.0, 100.0, 50.0], [0.0, 10.0, 400.0]])
CLICKED = np.array([[60.0, 9.0, 0.0], [20.0, 7.0, 2.0], [0.0, 1.0, 9.0]])


def test_examples() -> None:
    assert doctest.testmod(recommend.layout.proportional_fitting).failed == 0


def test_the_fitted_clicks_have_the_margins_of_the_clicks() -> None:
    fit = fit_proportionally(SHOWN, CLICKED, reference=1)
    fitted = SHOWN * fit.examination[:, None] * fit.attraction
    assert fit.examination[1] == 1
    np.testing.assert_allclose(fitted.sum(axis=0), CLICKED.sum(axis=0), rtol=1e-9)
    np.testing.assert_allclose(fitted.sum(axis=1), CLICKED.sum(axis=1), rtol=1e-9)


def test_the_covariance_is_the_inverse_of_the_whole_information() -> None:
    fit = fit_proportionally(SHOWN, CLICKED, reference=0)
    fitted = SHOWN * fit.examination[:, None] * fit.attraction
    whole = np.block([[np.diag(fitted.sum(axis=1)), fitted], [fitted.T, np.diag(fitted.sum(axis=0))]])
    covariance = np.linalg.inv(whole[1:, 1:])
    np.testing.assert_allclose(fit.slot_covariance[1:, 1:], covariance[:2, :2], rtol=1e-6)


@pytest.mark.parametrize("showings", [1e4, 1e6, 1e9])
def test_two_places_that_a_click_each_way_ties_together_settle_whatever_each_has_alone(showings: float) -> None:
    """What ties them are two clicks; the error of the logarithm is √(1/1 + 1/1) for one or fewer each way, and large."""
    shown = np.array([[showings, 10.0], [10.0, showings]])
    fit = fit_proportionally(shown, np.array([[showings / 10, 1.0], [1.0, showings / 20]]), reference=0)
    fitted = shown * fit.examination[:, None] * fit.attraction
    np.testing.assert_allclose(fitted[0, 1], fitted[1, 0], rtol=1e-6)
    assert fit.examination[1] == pytest.approx(1 / np.sqrt(2), rel=1e-3)
    assert np.sqrt(fit.slot_covariance[1, 1]) > 0.8


def test_a_tie_that_is_lost_in_rounding_is_none() -> None:
    shown = np.array([[1e18, 10.0], [10.0, 1e18]])
    with pytest.raises(NotSettledError):
        fit_proportionally(shown, np.array([[1e17, 1.0], [1.0, 1e17]]), reference=0)


def test_a_fit_that_does_not_settle_says_so() -> None:
    with pytest.raises(NotSettledError, match="did not settle in 2 rounds"):
        fit_proportionally(SHOWN, CLICKED, reference=0, most_rounds=2)
