"""The ladder: rungs that propose answers, asked one after the other until the list is full."""

from collections.abc import Callable, Iterable, Iterator
from typing import Literal, NamedTuple, get_args

import msgspec
import numpy as np
import numpy.typing as npt

from serving.vocabulary import StrArray

RungName = Literal[
    "item",
    "person",
    "neighbours",
    "rules",
    "graph",
    "all_channels",
    "attributes",
    "category",
    "channel",
    "everywhere",
    "pinned",
]
RUNGS: tuple[RungName, ...] = get_args(RungName)
"""What an item of an answer may say that it stands on."""

POPULAR = "popular"
FALLBACKS = {"channel": POPULAR, "everywhere": POPULAR}
"""What `fallback` calls a rung, where that is not its own name."""


class AnswerItem(msgspec.Struct, frozen=True):
    """One item or page of an answer."""

    id: str
    score: float
    """Larger is better; comparable within one rung only."""
    reason: str
    rung: RungName
    """What proposed it."""
    rule: str | None = None
    """The rule that put it further up than its score: pin, stickiness, cap, boost, rotation or diversity; None for
    none."""
    stickiness: float | None = None
    """What its score was multiplied by for how it keeps its people; None where that counts for nothing."""


class Answer(msgspec.Struct, frozen=True):
    """What a question was answered with, best first."""

    items: list[AnswerItem]
    fallback: str | None
    """The lowest rung that was needed; None where the asked model filled the list alone."""
    model_version: str


class Rung(NamedTuple):
    """One model's proposal: codes of a vocabulary, best first, each once."""

    name: RungName
    """What each of its items says it stands on."""
    vocabulary: StrArray
    codes: npt.NDArray[np.integer] = np.empty(0, np.int32)
    score: npt.NDArray[np.floating] = np.empty(0, np.float32)
    explain: Callable[[int], str] = str
    """Tells the reason for the proposal at a place."""
    asked: bool = False
    """Whether this is the model that was asked for, and no fallback."""

    @property
    def fallback(self) -> str | None:
        """Tell what an answer says that had to come down to here."""
        return None if self.asked else FALLBACKS.get(self.name, self.name)


class Pick(NamedTuple):
    """One proposal that was taken."""

    name: str
    score: float
    rung: Rung
    place: int
    """Its place in the rung."""
    rule: str | None = None
    """What put it there, where that is not its score."""


class Climb(NamedTuple):
    """What came of asking rungs."""

    picks: list[Pick]
    fallback: str | None


def climb_down(rungs: Iterable[Rung], *, n: int, banned: set[str]) -> Climb:
    """Take the best of each rung in turn until there are n; nothing that is banned, nothing twice.

    A rung is not asked before it is needed.
    """
    picks: list[Pick] = []
    fallback, taken = None, set(banned)
    for rung in rungs:
        fallback = rung.fallback
        picks += _take(rung, n - len(picks), taken)
        if len(picks) == n:
            break
    return Climb(picks, fallback)


def _take(rung: Rung, missing: int, taken: set[str]) -> Iterator[Pick]:
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
            yield Pick(name, float(scores[place]), rung, place)
