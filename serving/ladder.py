"""The ladder: rungs that propose answers, asked one after the other until the list is full."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from serving.vocabulary import StrArray


class AnswerItem(msgspec.Struct, frozen=True):
    """One item or page of an answer."""

    id: str
    score: float
    """Larger is better; comparable within one rung only."""
    reason: str


class Answer(msgspec.Struct, frozen=True):
    """What a question was answered with, best first."""

    items: list[AnswerItem]
    fallback: str | None
    """The lowest rung that was needed; None where the asked model filled the list alone."""
    model_version: str


class Rung(NamedTuple):
    """One model's proposal: codes of a vocabulary, best first, each once."""

    name: str | None
    """None for the model that was asked; else what `fallback` says."""
    vocabulary: StrArray
    codes: npt.NDArray[np.integer]
    score: npt.NDArray[np.floating]
    explain: Callable[[int], str]
    """Tells the reason for the proposal at a place."""


def climb_down(rungs: Iterable[Rung], *, n: int, banned: set[str], model_version: str) -> Answer:
    """Take the best of each rung in turn until there are n; nothing that is banned, nothing twice.

    A rung is not asked before it is needed. Rungs with an explanation are explained for what is taken only.
    """
    items: list[AnswerItem] = []
    fallback, taken = None, set(banned)
    for rung in rungs:
        fallback = rung.name
        items += _take(rung, n - len(items), taken)
        if len(items) == n:
            break
    return Answer(items, fallback, model_version)


def _take(rung: Rung, missing: int, taken: set[str]) -> Iterator[AnswerItem]:
    """Give up to so many of a rung's proposals, and note them as taken.

    Each code stands there once, so no more of them need a name than are missing or taken.
    """
    head = rung.codes[: missing + len(taken)]
    names, scores = rung.vocabulary[head].tolist(), rung.score[: len(head)].tolist()
    for place, name in enumerate(names):
        if missing <= 0:
            return
        if name not in taken:
            taken.add(name)
            missing -= 1
            yield AnswerItem(name, float(scores[place]), rung.explain(place))
