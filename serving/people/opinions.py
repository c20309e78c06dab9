"""Opinions: what a model of taste thinks of every item for one person, and which of their items it owes that to."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from serving.lists import RankedLists
from serving.people.fold_in import Float64Array, ItemFactors
from serving.people.item_taste import score_targets
from serving.vocabulary import Int64Array


class Person(NamedTuple):
    """What is known of the person asking: places among the model's items, each once, and their weights."""

    item: Int64Array
    weight: Float64Array


class Cause(NamedTuple):
    """What a proposal is owed to."""

    item: int
    """Place among the model's items."""
    together: int
    """People who cared for both; 0 where the model does not count them."""
    alone: int
    """People who cared for the cause."""


class Opinion(NamedTuple):
    """What a model thinks of its items for one person."""

    scores: npt.NDArray[np.floating]
    """One number for each item of the model; larger is better."""
    proposed: npt.NDArray[np.bool_]
    """Marks the items that the model speaks for."""
    find_cause: Callable[[int], Cause]
    """Tells which of the person's items a target's score owes most to, the first of equals."""


def judge_by_factors(model: ItemFactors, person: Person) -> Opinion:
    """Fold a person in, and score every item by the factors: the answer of ALS."""
    taste = model.fold_in(person.item, person.weight)

    def find_cause(target: int) -> Cause:
        credit = model.credit_items(taste, target, person.item, person.weight)
        return Cause(int(person.item[int(np.argmax(credit))]), 0, 0)

    return Opinion(model.score_items(taste), np.ones(len(model.items), dtype=np.bool_), find_cause)


def judge_by_items(lists: RankedLists, person: Person) -> Opinion:
    """Add up what a person's items say for and against every other: the answer of EASE and RP3β.

    An item of theirs is judged by the others. What nothing speaks for is not proposed. They have one item or more.
    """
    rankings = [lists.rank_targets(name) for name in lists.targets[person.item].tolist()]
    scores = score_targets(lists, rankings, person.weight.tolist())
    source = np.repeat(np.arange(len(rankings)), [len(ranking.target) for ranking in rankings])
    said = np.concatenate([ranking.target for ranking in rankings])
    together = np.concatenate([ranking.together for ranking in rankings])
    share = np.concatenate([ranking.score for ranking in rankings]) * person.weight[source]

    def find_cause(target: int) -> Cause:
        places = np.flatnonzero(said == target)
        best = int(places[int(np.argmax(share[places]))])
        owner = int(source[best])
        return Cause(int(person.item[owner]), int(together[best]), rankings[owner].alone)

    return Opinion(scores, scores > 0, find_cause)
