"""Pooling: several rankings made one."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from serving.lists import Ranking
from serving.people.fold_in import Float64Array
from serving.vocabulary import Int64Array


class Pool(NamedTuple):
    """The targets of several rankings, best first."""

    target: Int64Array
    score: Float64Array
    """The norm of the target's weighted scores; a ranking without it adds 0."""
    together: Int64Array
    """The sum of the target's counts."""
    strongest: Int64Array
    """Which of the rankings added most to the score; the first of equals."""


def pool_rankings(rankings: Sequence[Ranking], weights: Sequence[float], power: float = 1.0) -> Pool:
    """Pool rankings over one vocabulary: (Σ (w s)^p)^(1/p), with p the `power`.

    With 1 scores are added up. The larger the power, the more the strongest of them decides; one ranking alone stays as
    it is. Powers other than 1 are for scores that are not below 0. Equals stand in the order of their codes.
    """
    target = np.concatenate([ranking.target for ranking in rankings])
    source = np.repeat(np.arange(len(rankings)), [len(ranking.target) for ranking in rankings])
    share = np.concatenate([ranking.score for ranking in rankings]).astype(np.float64) * np.asarray(weights)[source]
    codes, place = np.unique(target, return_inverse=True)
    norm = np.bincount(place, weights=share**power, minlength=len(codes)) ** (1 / power)
    score: Float64Array = norm.astype(np.float64)
    together = np.zeros(len(codes), dtype=np.int64)
    np.add.at(together, place, np.concatenate([ranking.together for ranking in rankings]))
    rising = np.lexsort((-source, share))
    strongest = np.zeros(len(codes), dtype=np.int64)
    strongest[place[rising]] = source[rising]
    order = np.lexsort((codes, -score))
    return Pool(codes[order].astype(np.int64), score[order], together[order], strongest[order])
