"""Proportional fitting: the position model's two factors, by scaling rows and columns in turn, and Newton's steps."""

from typing import NamedTuple

import numpy as np

from recommend.codes import FloatArray

MOST_HALVINGS = 40
LONGEST_STEP = 5.0
"""No factor changes by more than e⁵ at once, so that a step of a bad start stays a number."""


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
    shown: FloatArray, clicked: FloatArray, reference: int, tolerance: float = 1e-6, most_rounds: int = 200
) -> Fit:
    """Fit clicked ~ Poisson(shown · examination · attraction) by iterative proportional fitting and Newton's steps.

    Both tables are slots × items of one group (see `find_groups`), each row and column with a click. With n shown and c
    clicked, the likelihood is largest where the fitted table has the margins of the clicks; so in turn

        attraction_i ← Σ_s c_si / Σ_s n_si · examination_s        examination_s ← Σ_i c_si / Σ_i n_si · attraction_i

    from examination 1 (W. E. Deming and F. F. Stephan, 1940; J. N. Darroch and D. Ratcliff, 1972; the click model is
    the position-based one of M. Richardson, E. Dominowska and R. Ragno, 2007). Where few clicks tie slots together,
    that comes nearer by a hair each round; so each round goes on by Newton's step, cut in half until the likelihood,
    which is concave in the logarithms, does not fall. A step within `tolerance` is the last one: what it leaves is of
    the order of its square. No draw is made: the same tables give the same bytes.

    Covariances invert the observed information, which for this model is the expected one: with fitted clicks m, that
    of the logarithms of examination is the inverse of diag(m_s.) - Σ_i m_si m_ti / m_.i without the reference. A slot
    clicks at most once a showing, so a Poisson count spreads a little wider than clicks do: the intervals err to the
    wide side. Raises NotSettledError after `most_rounds`, or where the information cannot be inverted.

    >>> shown = np.array([[100.0, 100.0], [100.0, 100.0]])
    >>> fit = fit_proportionally(shown, np.array([[40.0, 20.0], [20.0, 10.0]]), reference=0)
    >>> fit.examination.round(4).tolist(), fit.attraction.round(4).tolist()
    ([1.0, 0.5], [0.4, 0.2])
    """
    of_slot, of_item = clicked.sum(axis=1), clicked.sum(axis=0)
    examination = np.ones(len(of_slot))
    for _ in range(most_rounds):
        scaled = of_slot / (shown @ (of_item / (examination @ shown)))
        examination = scaled / scaled[reference]
        fit = _measure(shown, examination, of_item / (examination @ shown), reference)
        step = fit.slot_covariance @ (of_slot - fit.item_slot_shares @ of_item)
        settled = np.abs(step).max(initial=0.0) <= tolerance
        examination = examination * np.exp(step if settled else _shorten(step, examination, shown, of_slot, of_item))
        if settled:
            return _measure(shown, examination, of_item / (examination @ shown), reference)
    raise NotSettledError(
        f"The position model did not settle in {most_rounds} rounds: too few clicks tie the slots together. "
        "Collect more pages on which items change places."
    )


def _shorten(
    step: FloatArray, examination: FloatArray, shown: FloatArray, of_slot: FloatArray, of_item: FloatArray
) -> FloatArray:
    """Cut a step in half until the likelihood does not fall, but for rounding."""

    def weigh(at: FloatArray) -> float:
        return float(of_slot @ np.log(at) - of_item @ np.log(at @ shown))

    before = weigh(examination)
    for halvings in range(MOST_HALVINGS):
        shorter: FloatArray = np.clip(step / 2**halvings, -LONGEST_STEP, LONGEST_STEP)
        if weigh(examination * np.exp(shorter)) >= before - 1e-12 * abs(before):
            return shorter
    return np.zeros_like(step)


def _measure(shown: FloatArray, examination: FloatArray, attraction: FloatArray, reference: int) -> Fit:
    fitted = shown * examination[:, None] * attraction
    clicks = fitted.sum(axis=0)
    shares = fitted / clicks
    information = np.diag(fitted.sum(axis=1)) - shares @ fitted.T
    others = np.delete(np.arange(len(examination)), reference)
    covariance = np.zeros_like(information)
    try:
        covariance[np.ix_(others, others)] = np.linalg.inv(information[np.ix_(others, others)])
    except np.linalg.LinAlgError:
        covariance[np.ix_(others, others)] = np.nan
    if not (np.diag(covariance)[others] > 0).all():
        raise NotSettledError("The clicks that tie the slots together are lost in the rounding of the others.")
    return Fit(examination, attraction, covariance, shares, clicks)
