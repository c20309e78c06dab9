"""Ranking: how good lists are, given what was right.

Answers come best first, as the model ranked them: the order of the list is the order that counts, and its first
`k` places are looked at. A relevant id counts once, at its first place; if a list repeats it, the repeat is a miss.
A short or empty list leaves its other places missed. Every metric gives one number for each case, from 0 to 1, larger
is better; take the mean for the figure of a model.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Marks:
    """Cases with their answers marked: what every metric is worked out from."""

    hits: npt.NDArray[np.bool_]
    """Cases × places: does the place hold a relevant id?"""
    relevant: IntArray
    """Relevant ids of each case, at least 1."""


def mark_hits(ranked: Sequence[Sequence[str]], relevant: Sequence[Collection[str]], k: int) -> Marks:
    """Mark the places of each answer that hold a relevant id.

    `ranked` holds one list for each case, best first, `relevant` the ids that were right. Raises ValueError if the two
    differ in length, k is below 1, or nothing was right in some case: such a case can judge nobody.

    >>> marks = mark_hits([["a", "b"], ["c", "a", "b"], []], [{"b"}, {"a", "b", "x"}, {"c"}], k=3)
    >>> marks.hits.astype(int).tolist()
    [[0, 1, 0], [0, 1, 1], [0, 0, 0]]
    >>> marks.relevant.tolist()
    [1, 3, 1]
    """
    if k < 1 or len(ranked) != len(relevant):
        raise ValueError(
            f"{len(ranked)} answers, {len(relevant)} cases, {k} places: give one answer a case, and 1 place or more."
        )
    hits = np.zeros((len(ranked), k), dtype=np.bool_)
    for case, (answer, right) in enumerate(zip(ranked, relevant, strict=True)):
        missing = set(right)
        if not missing:
            raise ValueError(f"Nothing was right in case {case}, so no answer can be judged by it: leave the case out.")
        for place, name in enumerate(answer[:k]):
            if name in missing:
                hits[case, place] = True
                missing.remove(name)
    return Marks(hits, np.fromiter((len(set(right)) for right in relevant), np.int64, len(relevant)))


def measure_hit_rate(marks: Marks) -> FloatArray:
    """Tell whether the list holds any relevant id: 1 or 0 (M. Deshpande and G. Karypis, 2004).

    >>> marks = mark_hits([["a", "b"], ["c", "a", "b"], []], [{"b"}, {"a", "b", "x"}, {"c"}], k=3)
    >>> measure_hit_rate(marks).tolist()
    [1.0, 1.0, 0.0]
    """
    return np.asarray(marks.hits.any(axis=1), dtype=np.float64)


def measure_reciprocal_rank(marks: Marks) -> FloatArray:
    """Divide 1 by the place of the first relevant id; 0 if there is none. Its mean is the MRR (E. Voorhees, 1999).

    >>> marks = mark_hits([["a", "b"], ["c", "a", "b"], []], [{"b"}, {"a", "b", "x"}, {"c"}], k=3)
    >>> measure_reciprocal_rank(marks).tolist()
    [0.5, 0.5, 0.0]
    """
    return np.asarray(marks.hits.any(axis=1) / (marks.hits.argmax(axis=1) + 1), dtype=np.float64)


def measure_ndcg(marks: Marks) -> FloatArray:
    """Divide Σ 1 / log2(place + 1) over the hits by what the best list would have.

    The normalised discounted cumulative gain, nDCG (K. Järvelin and J. Kekäläinen, 2002). A relevant id is
    worth 1, any other 0. The best list has its first min(k, relevant ids) places right.

    >>> marks = mark_hits([["a", "b"], ["c", "a", "b"], []], [{"b"}, {"a", "b", "x"}, {"c"}], k=3)
    >>> measure_ndcg(marks).round(4).tolist()
    [0.6309, 0.5307, 0.0]
    """
    worth = 1 / np.log2(np.arange(marks.hits.shape[1]) + 2)
    best: FloatArray = np.cumsum(worth)[np.minimum(marks.relevant, marks.hits.shape[1]) - 1]
    return np.asarray((marks.hits * worth).sum(axis=1) / best, dtype=np.float64)


def measure_recall(marks: Marks) -> FloatArray:
    """Divide the hits by the relevant ids (A. Kent and others, 1955). With more than k of those, 1 is out of reach.

    >>> marks = mark_hits([["a", "b"], ["c", "a", "b"], []], [{"b"}, {"a", "b", "x"}, {"c"}], k=3)
    >>> measure_recall(marks).round(4).tolist()
    [1.0, 0.6667, 0.0]
    """
    return np.asarray(marks.hits.sum(axis=1) / marks.relevant, dtype=np.float64)


def measure_precision(marks: Marks) -> FloatArray:
    """Divide the hits by the k places, filled or not (A. Kent and others, 1955).

    >>> marks = mark_hits([["a", "b"], ["c", "a", "b"], []], [{"b"}, {"a", "b", "x"}, {"c"}], k=3)
    >>> measure_precision(marks).round(4).tolist()
    [0.3333, 0.6667, 0.0]
    """
    return np.asarray(marks.hits.mean(axis=1), dtype=np.float64)


def measure_average_precision(marks: Marks) -> FloatArray:
    """Add up the precision at each hit, and divide by the relevant ids.

    Its mean is the MAP (C. Buckley and E. Voorhees, 2000).

    >>> marks = mark_hits([["a", "b"], ["c", "a", "b"], []], [{"b"}, {"a", "b", "x"}, {"c"}], k=3)
    >>> measure_average_precision(marks).round(4).tolist()
    [0.5, 0.3889, 0.0]
    """
    precision = np.cumsum(marks.hits, axis=1) / (np.arange(marks.hits.shape[1]) + 1)
    return np.asarray((marks.hits * precision).sum(axis=1) / marks.relevant, dtype=np.float64)


def measure_coverage(ranked: Iterable[Sequence[str]], catalogue: Collection[str], k: int) -> float:
    """Divide the items that stand in any list's first k places by all items.

    Catalogue coverage (M. Ge, C. Delgado-Battenfeld and D. Jannach, 2010): one number for all cases. Ids outside the
    catalogue do not count, and an empty catalogue is not covered at all (0).

    >>> measure_coverage([["a", "b"], ["c", "a", "b"], []], {"a", "b", "c", "d"}, k=1)
    0.5
    """
    shown = {name for answer in ranked for name in answer[:k]}
    known = set(catalogue)
    return len(shown & known) / len(known) if known else 0.0
