"""Clusters: baskets of one person are no separate evidence; how many people stand behind a count, and what it tells."""

from threading import Lock
from typing import NamedTuple

import dataframely as dy
import numpy as np
import polars as pl
from scipy.sparse import csr_array
from scipy.special import gammainc

from recommend.baskets import Basket
from recommend.codes import FloatArray, IntArray, code_names
from recommend.related.extended import Extended, narrow_sets
from recommend.related.together import Together, count_together, cut_rows

BLOCK_WORK = 8_000_000
"""Pairs in the baskets of people, or baskets that hold sets, that are gone through at a time, in some 300 MB."""


class Clusters(NamedTuple):
    """Who stands behind the baskets that hold some sets of items, a number for each set."""

    people: IntArray
    """Different persons who have such a basket."""
    effect: FloatArray
    """Design effect φ = Σ c² / Σ c, with c the baskets of each of them that hold the set; 1: nobody has two."""


class Repeats:
    """Adds up, set by set, what the people do who have several baskets that hold it, whichever thread finds them."""

    def __init__(self, sets: IntArray) -> None:
        """Take the keys of the sets, rising."""
        self._sets, self._lock = sets, Lock()
        self._more, self._squares = np.zeros((2, len(sets)), np.int64)

    def add(self, sets: IntArray, baskets: IntArray) -> None:
        """Add the baskets of people, one row a person and a set; sets that are not asked about are passed over."""
        place = np.searchsorted(self._sets, sets)
        known = np.append(self._sets, -1)[place] == sets
        place, baskets = place[known], baskets[known]
        with self._lock:
            np.add.at(self._more, place, baskets - 1)
            np.add.at(self._squares, place, baskets * (baskets - 1))

    def tell(self, baskets: IntArray) -> Clusters:
        """Tell who stands behind the baskets of each set, those counted in that are their person's only one."""
        return Clusters(baskets - self._more, 1 + self._squares / np.maximum(baskets, 1))


def find_tail(baskets: IntArray, expected: FloatArray, clusters: Clusters) -> FloatArray:
    """Tell how likely so many baskets or more are by chance, where those of one person are no separate evidence.

    The upper tail P(X ≥ k) of a Poisson count with mean E is the regularised lower incomplete gamma function P(k, E).
    Where people have c such baskets each, the count swings as if it were k / φ out of E / φ, with the design effect
    φ = Σ c² / Σ c (L. Kish, 1965), and the tail is P(k / φ, E / φ). Where nobody has two, φ is 1.

    >>> people, effect = np.array([9, 3, 1]), np.array([1.0, 3.0, 9.0])
    >>> find_tail(np.array([9, 9, 9]), np.array([3.0, 3.0, 3.0]), Clusters(people, effect)).round(4).tolist()
    [0.0038, 0.0803, 0.2835]
    """
    return np.asarray(gammainc(baskets / clusters.effect, expected / clusters.effect), np.float64)


def number_people(baskets: dy.DataFrame[Basket]) -> IntArray | None:
    """Number the person of each basket from 0, where rows of a basket stand beside each other; None: nobody has two.

    A basket of which nobody knows whose it is has a number of its own.
    """
    if baskets["person_id"].null_count() == len(baskets):
        return None
    owner = baskets["basket"].rle_id().to_numpy().astype(np.int64)
    person = baskets["person_id"].gather(np.flatnonzero(np.diff(owner, prepend=-1)))
    known = person.drop_nulls()
    if known.n_unique() == len(known):
        return None
    coded, unknown = code_names(known), person.is_null().to_numpy()
    numbers = len(coded.names) + np.cumsum(unknown) - 1
    numbers[~unknown] = coded.codes
    return numbers


def cluster_pairs(together: Together, items: IntArray, baskets: pl.Series, people: IntArray | None) -> Clusters:
    """Tell who stands behind pairs that `count_together` found in these items and baskets, given each basket's person.

    Whoever has two items in two baskets has each of them in two. So each person's items are taken for items of their
    own, and the pairs of these that come twice or more are counted like all pairs.
    """
    width, repeats = len(together.of_item), Repeats(together.first * len(together.of_item) + together.second)
    for owner, person, held in _part_people(together, items, baskets, people):
        own, codes = np.unique(person * width + held, return_inverse=True)
        again = count_together(codes, pl.Series(owner), 2)
        repeats.add(own[again.first] % width * width + own[again.second] % width, again.both)
    return repeats.tell(together.both)


def _part_people(
    together: Together, items: IntArray, baskets: pl.Series, people: IntArray | None
) -> list[tuple[IntArray, IntArray, IntArray]]:
    """Part the rows of those who have two baskets or more into blocks of people: basket, person and item."""
    if people is None:
        return []
    owner = baskets.rle_id().to_numpy().astype(np.int64)
    rows = np.flatnonzero(np.bincount(people)[people[owner]] > 1)
    rows = rows[np.argsort(people[owner[rows]], kind="stable")]
    work = np.bincount(people, together.sizes * (together.sizes - 1) / 2).astype(np.int64)
    edges = np.searchsorted(people[owner[rows]], [block.stop for block in cut_rows(work, BLOCK_WORK)])
    parts = [part for part in np.split(rows, edges) if len(part)]
    return [(owner[part], people[owner[part]], items[part]) for part in parts]


def cluster_sets(held: csr_array, people: IntArray | None) -> Clusters:
    """Tell who stands behind the baskets that hold each set (sets × baskets), given each basket's person."""
    baskets = np.diff(held.indptr).astype(np.int64)
    if people is None:
        return Clusters(baskets, np.ones(len(baskets)))
    owned = csr_array((np.ones(len(people), np.int64), people, np.arange(len(people) + 1)))
    parts = [held[rows] @ owned for rows in cut_rows(baskets, BLOCK_WORK)]
    people_of = np.concatenate([np.diff(part.indptr) for part in parts]).astype(np.int64)
    squares = np.concatenate([part.power(2).sum(axis=1) for part in parts])
    return Clusters(people_of, squares / np.maximum(baskets, 1))


def cluster_extended(held: csr_array, extended: Extended, table: csr_array, people: IntArray | None) -> Clusters:
    """Tell the same of extended sets, given what they were extended from; the baskets of all are never held at once."""
    if people is None:
        return Clusters(extended.baskets, np.ones(len(extended.baskets)))
    parts = [
        cluster_sets(narrow_sets(held, Extended(*(column[rows] for column in extended)), table), people)
        for rows in cut_rows(extended.baskets, BLOCK_WORK)
    ]
    return Clusters(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
