"""Estimators: four ways to tell a policy's clicks an impression from another policy's log.

Each takes the log as arrays and how often each impression counts, so that a draw of the bootstrap is told in the very
way of the log itself. The formulas are for r clicks (0 or 1), weights w = new probability / propensity, and q, the
click rate that a simple model expects of an item in a place.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

ESTIMATORS = ("ipw", "snipw", "dm", "dr")


class Impressions(NamedTuple):
    """The log as arrays, one entry an impression; rounds, places, cells and folds are numbered from 0.

    A place is a context and position; a cell is a place and item. The rounds of one fold are foretold from the
    others.
    """

    rounds: IntArray
    places: IntArray
    cells: IntArray
    folds: IntArray
    weights: FloatArray
    clicks: FloatArray


class Choices(NamedTuple):
    """The new policy as arrays, one entry for an item that it may show in a place."""

    places: IntArray
    cells: IntArray
    probabilities: FloatArray


def weigh_clicks(log: Impressions, counts: FloatArray) -> float:
    """Estimate by inverse propensity: Σ w r / n (D. Horvitz and D. Thompson, 1952).

    Right on average, whatever the truth; wide if the policies differ much.

    >>> numbers = np.array([[0, 1, 2], [0, 0, 0], [0, 1, 0], [0, 1, 0]])
    >>> log = Impressions(*numbers, np.array([2, 0.5, 2]), np.array([1.0, 1, 0]))
    >>> round(weigh_clicks(log, np.ones(3)), 4)
    0.8333
    """
    return float((counts * log.weights * log.clicks).sum() / counts.sum())


def normalise_clicks(log: Impressions, counts: FloatArray) -> float:
    """Estimate by self-normalised weights: Σ w r / Σ w (A. Swaminathan and T. Joachims, 2015).

    Never above 1 or below 0, and steadier than inverse propensity, for a bias that fades as the log grows. 0 if all
    weights are.

    >>> numbers = np.array([[0, 1, 2], [0, 0, 0], [0, 1, 0], [0, 1, 0]])
    >>> log = Impressions(*numbers, np.array([2, 0.5, 2]), np.array([1.0, 1, 0]))
    >>> round(normalise_clicks(log, np.ones(3)), 4)
    0.5556
    """
    total = (counts * log.weights).sum()
    return float((counts * log.weights * log.clicks).sum() / total) if total > 0 else 0.0


def foretell_clicks(log: Impressions, policy: Choices, rates: FloatArray, counts: FloatArray) -> float:
    """Estimate by the model alone, the direct method: the mean of Σ_items probability · q.

    Needs no propensities and is the steadiest, but as wrong as the model is, which no interval shows. `rates` holds q
    by fold and cell.
    """
    folds, places = rates.shape[0], int(policy.places.max()) + 1
    shown = np.bincount(log.folds * places + log.places, weights=counts, minlength=folds * places)
    worth = policy.probabilities * rates[:, policy.cells]
    expected = np.stack([np.bincount(policy.places, weights=row, minlength=places) for row in worth])
    return float((shown * expected.ravel()).sum() / counts.sum())


def correct_clicks(log: Impressions, policy: Choices, rates: FloatArray, counts: FloatArray) -> float:
    """Estimate doubly robustly: the direct method + Σ w (r - q) / n (M. Dudík, J. Langford and L. Li, 2011).

    The model foretells and the log corrects it: right on average as inverse propensity is, and less wide where the
    model is any good. That holds exactly because no impression is foretold from its own round (V. Chernozhukov and
    others, 2018).
    """
    errors = log.clicks - rates[log.folds, log.cells]
    foretold = foretell_clicks(log, policy, rates, counts)
    return foretold + float((counts * log.weights * errors).sum() / counts.sum())


def learn_rates(log: Impressions, cells: int, folds: int, prior: float, counts: FloatArray) -> FloatArray:
    """Learn the click rate of each cell for each fold, from the rounds of the other folds, shrunk to their mean.

    (clicks + prior · mean) / (impressions + prior): a cell that was hardly shown has about the mean. By fold and cell.
    """
    keys = log.folds * cells + log.cells
    shown = np.bincount(keys, weights=counts, minlength=folds * cells).reshape(folds, cells)
    clicked = np.bincount(keys, weights=counts * log.clicks, minlength=folds * cells).reshape(folds, cells)
    shown, clicked = shown.sum(axis=0) - shown, clicked.sum(axis=0) - clicked
    means = clicked.sum(axis=1, keepdims=True) / np.maximum(shown.sum(axis=1, keepdims=True), 1)
    return np.asarray((clicked + prior * means) / (shown + prior), dtype=np.float64)


def measure_effective_size(weights: FloatArray) -> float:
    """Measure how many impressions of the new policy the weighted ones are worth: (Σ w)² / Σ w² (L. Kish, 1965).

    >>> measure_effective_size(np.array([1.0, 1, 1, 1])), measure_effective_size(np.array([4.0, 0, 0, 0]))
    (4.0, 1.0)
    """
    squares = (weights**2).sum()
    return float(weights.sum() ** 2 / squares) if squares > 0 else 0.0
