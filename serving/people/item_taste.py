"""Item taste: what suits a person by the weights between items, and which of their items it owes that to."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from serving.lists import RankedLists, Ranking
from serving.people.fold_in import Float64Array
from serving.pooling import Pool, pool_rankings
from serving.vocabulary import ABSENT, find_code

NOTHING = Pool(np.empty(0, np.int64), np.empty(0), np.empty(0, np.int64), np.empty(0, np.int64))


def rank_from_items(lists: RankedLists, items: Sequence[str], weights: Sequence[float], *, most: int) -> Pool:
    """Rank what suits a person, known to the model or not, from their items alone.

    Item j scores Σ w_i B_ij over the person's items i, where B_ij is the score of j in the list of i, and 0 where it
    does not stand there: the whole answer of EASE and RP3β, nothing is fitted. Targets are places in `lists.targets`,
    the best `most` above 0, equals in the order of their names; the person's own items are not among them. `strongest`
    is the place in `items` that the score owes most to. `items` holds each item once; unknown ones add nothing, and
    nothing to go by gives nothing.

    >>> lists = RankedLists.from_rows(
    ...     ["plan", "plan", "pack"], ["pack", "phone", "phone"], score=[2, 1, 3], together=[4, 2, 3], alone=[9, 9, 7]
    ... )
    >>> pool = rank_from_items(lists, ["new", "plan", "pack"], [1.0, 1.0, 0.5], most=10)
    >>> [(str(lists.targets[code]), float(score)) for code, score in zip(pool.target, pool.score, strict=True)]
    [('phone', 2.5)]
    >>> pool.strongest.tolist()
    [2]
    """
    rankings = [lists.rank_targets(item) for item in items]
    if not sum(len(ranking.target) for ranking in rankings):
        return NOTHING
    best = _pick(score_targets(lists, rankings, weights), _find_own(lists, items), most)
    return pool_rankings([_keep(ranking, best) for ranking in rankings], weights)


def score_targets(lists: RankedLists, rankings: Sequence[Ranking], weights: Sequence[float]) -> Float64Array:
    """Score every target by the weighted sum over some rankings, in one array over all."""
    if not rankings:
        return np.zeros(len(lists.targets))
    target = np.concatenate([ranking.target for ranking in rankings])
    sizes = [len(ranking.target) for ranking in rankings]
    share = np.concatenate([ranking.score for ranking in rankings]) * np.repeat(np.asarray(weights, np.float64), sizes)
    return np.bincount(target, weights=share, minlength=len(lists.targets)).astype(np.float64)


def _find_own(lists: RankedLists, items: Sequence[str]) -> npt.NDArray[np.int64]:
    codes = [find_code(lists.targets, item) for item in items]
    return np.array([code for code in codes if code != ABSENT], dtype=np.int64)


def _pick(scores: Float64Array, own: npt.NDArray[np.int64], most: int) -> npt.NDArray[np.bool_]:
    """Mark the best scores above 0, the lower place of equals first."""
    scores[own] = 0
    places = np.flatnonzero(scores > 0)
    if len(places) > most:
        bar = np.partition(scores[places], len(places) - most)[len(places) - most]
        places = places[scores[places] >= bar]
        places = places[np.argsort(-scores[places], kind="stable")][:most]
    marks = np.zeros(len(scores), dtype=np.bool_)
    marks[places] = True
    return marks


def _keep(ranking: Ranking, best: npt.NDArray[np.bool_]) -> Ranking:
    """Keep the targets that are marked."""
    kept = best[ranking.target]
    return Ranking(ranking.target[kept], ranking.score[kept], ranking.together[kept], ranking.alone)
