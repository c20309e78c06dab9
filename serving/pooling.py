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
    """The weighted sum of the target's scores; a ranking without it adds 0."""
    together: Int64Array
    """The sum of the target's counts."""
    strongest: Int64Array
    """Which of the rankings added most to the score; the first of equals."""


def pool_rankings(rankings: Sequence[Ranking], weights: Sequence[float]) -> Pool:
    """Add up rankings over one vocabulary; equal sums stand in the order of their codes."""
    target = np.concatenate([ranking.target for ranking in rankings])
    source = np.repeat(np.arange(len(rankings)), [len(ranking.target) for ranking in rankings])
    share = np.concatenate([ranking.score for ranking in rankings]).astype(np.float64) * np.asarray(weights)[source]
    codes, place = np.unique(target, return_inverse=True)
    score = np.bincount(place, weights=share, minlength=len(codes)).astype(np.float64)
    together = np.zeros(len(codes), dtype=np.int64)
    np.add.at(together, place, np.concatenate([ranking.together for ranking in rankings]))
    rising = np.lexsort((-source, share))
    strongest = np.zeros(len(codes), dtype=np.int64)
    strongest[place[rising]] = source[rising]
    order = np.lexsort((codes, -score))
    return Pool(codes[order].astype(np.int64), score[order], together[order], strongest[order])
