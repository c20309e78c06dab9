"""Taste: the models of "for you", of which the gate chooses one."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from echannel.training.bench import Bench
from recommend import NothingToLearnError, TasteName, TooManyItemsError, rank_ease, rank_rp3beta, train_als
from serving import Histories, ItemFactors

PARTS: Mapping[TasteName, str] = {"als": "for_you", "ease": "item_weights", "rp3beta": "item_weights"}
"""The part of a snapshot that holds each model."""


def learn_taste(bench: Bench, model: TasteName) -> dict[str, Any]:
    """Learn one model of taste; nothing where there is nothing to learn from, or more items than it can hold."""
    try:
        return {PARTS[model]: MAKERS[model](bench)}
    except (NothingToLearnError, TooManyItemsError):
        return {}


def _train_als(bench: Bench) -> ItemFactors:
    """Go on from the factors in place; where nothing was done since, they are those in place, to the bit."""
    settings, start = bench.settings.for_you.als, bench.start
    if start is None or start.for_you is None:
        return train_als(bench.interactions, settings)
    if _are_equal(bench.histories, start.histories):
        return start.for_you
    return train_als(bench.interactions, settings, start.for_you)


def _are_equal(one: Histories, other: Histories) -> bool:
    return all(np.array_equal(value, getattr(other, name)) for name, value in vars(one).items())


MAKERS: Mapping[TasteName, Callable[[Bench], object]] = {
    "als": _train_als,
    "ease": lambda bench: rank_ease(bench.interactions, bench.settings.for_you.ease),
    "rp3beta": lambda bench: rank_rp3beta(bench.interactions, bench.settings.for_you.rp3beta),
}
"""Each model of taste and what learns it; a new one is a line here, one in `PARTS`, and its settings."""
