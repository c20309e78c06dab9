"""Proportional fitting: the position model's two factors, by scaling rows and columns in turn."""

from typing import NamedTuple

import numpy as np

from recommend.codes import FloatArray


class Fit(NamedTuple):
    """Examination of each slot and attraction of each item of one group, and how sure the logarithms are."""

    examination: FloatArray
    """Against the reference slot, which has 1."""
    attraction: FloatArray
    """Clicks a showing in the reference slot."""
    slot_covariance: FloatArray
    """Of the logarithms of examination; the reference slot's row and column are 0."""
    item_slot_shares: FloatArray
    """Slots × items: share of the item's fitted clicks that come from the slot."""
    item_clicks: FloatArray


class NotSettledError(ValueError):
    """The fit did not come to rest within its rounds."""


def fit_proportionally(
    shown: FloatArray, clicked: FloatArray, reference: int, tolerance: float = 1e-10, most_rounds: int = 100_000
) -> Fit:
    """Fit clicked ~ Poisson(shown · examination · attraction) by iterative proportional fitting.

    Both tables are slots × items of one group (see `find_groups`), each row and column with a click. With n shown and c
    clicked, the likelihood is largest where the fitted table has the margins of the clicks; so in turn

        attraction_i ← Σ_s c_si / Σ_s n_si · examination_s        examination_s ← Σ_i c_si / Σ_i n_si · attraction_i

    from examination 1 until no logarithm moves by more than `tolerance` (W. E. Deming and F. F. Stephan, 1940; J. N.
    Darroch and D. Ratcliff, 1972; the click model is the position-based one of M. Richardson, E. Dominowska and R.
    Ragno, 2007). No draw is made: the same tables give the same bytes.

    Covariances invert the observed information, which for this model is the expected one: with fitted clicks m, that
    of the logarithms of examination is the inverse of diag(m_s.) - Σ_i m_si m_ti / m_.i without the reference. A slot
    clicks at most once a showing, so a Poisson count spreads a little wider than clicks do: the intervals err to the
    wide side. Raises NotSettledError after `most_rounds`.

    >>> shown = np.array([[100.0, 100.0], [100.0, 100.0]])
    >>> fit = fit_proportionally(shown, np.array([[40.0, 20.0], [20.0, 10.0]]), reference=0)
    >>> fit.examination.round(4).tolist(), fit.attraction.round(4).tolist()
    ([1.0, 0.5], [0.4, 0.2])
    """
    of_slot, of_item = clicked.sum(axis=1), clicked.sum(axis=0)
    examination = np.ones(len(of_slot))
    for _ in range(most_rounds):
        attraction = of_item / (examination @ shown)
        scaled = of_slot / (shown @ attraction)
        scaled /= scaled[reference]
        moved = np.abs(np.log(scaled / examination)).max(initial=0.0)
        examination = scaled
        if moved <= tolerance:
            return _measure(shown, examination, of_item / (examination @ shown), reference)
    raise NotSettledError(
        f"The position model did not settle in {most_rounds} rounds: too few clicks tie the slots together. "
        "Collect more pages on which items change places."
    )


def _measure(shown: FloatArray, examination: FloatArray, attraction: FloatArray, reference: int) -> Fit:
    fitted = shown * examination[:, None] * attraction
    clicks = fitted.sum(axis=0)
    shares = fitted / clicks
    information = np.diag(fitted.sum(axis=1)) - shares @ fitted.T
    others = np.delete(np.arange(len(examination)), reference)
    covariance = np.zeros_like(information)
    covariance[np.ix_(others, others)] = np.linalg.inv(information[np.ix_(others, others)])
    return Fit(examination, attraction, covariance, shares, clicks)
