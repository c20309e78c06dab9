"""Shoppers: where, when and in which language an answer will be read, and how long it shall be."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Required, TypedDict

from serving.eligibility import CHANNEL_BIT
from serving.reasons import LANGUAGES, Language


class Asked(TypedDict, total=False):
    """What every question may say beside what it is about; `Shopper` tells what each means."""

    n: Required[int]
    now_ms: int
    channel: str | None
    exclude: Collection[str]
    lang: Language
    age: int | None
    offset: int


@dataclass(frozen=True, kw_only=True)
class Shopper:
    """Who reads the answer, as far as every question tells; raises ValueError for what no list can answer."""

    n: int
    """How many to name, at least 1."""
    now_ms: int = 0
    """Milliseconds since 1970 UTC: what must be on sale then. Pages are always open."""
    channel: str | None = None
    """web, wap, app, or None for any."""
    exclude: Collection[str] = ()
    """Ids that may not be in the answer."""
    lang: Language = "en"
    """The language of the reasons."""
    age: int | None = None
    """In years; None where it is not known, and then nothing that has an age gate is shown."""
    offset: int = 0
    """How many of the list to leave out first: those that were shown before."""
    person: str = ""
    """Who it is, where the question is about a person: rotation draws for each anew."""
    held: frozenset[str] = frozenset()
    """What the person owns or asks about, for items that require others; the question fills it in."""

    def __post_init__(self) -> None:
        if self.n < 1:
            raise ValueError(f"n is {self.n}: ask for at least 1 item.")
        if self.offset < 0:
            raise ValueError(f"The offset is {self.offset}: leave out 0 or more.")
        if self.channel is not None and self.channel not in CHANNEL_BIT:
            raise ValueError(f"There is no channel {self.channel!r}: use one of {', '.join(CHANNEL_BIT)}.")
        if self.age is not None and self.age < 0:
            raise ValueError(f"The age is {self.age}: tell it in years, from 0 on.")
        if self.lang not in LANGUAGES:
            raise ValueError(f"There are no reasons in {self.lang!r}: use one of {', '.join(LANGUAGES)}.")

    @property
    def reach(self) -> int:
        """Return how much of the list is needed."""
        return self.offset + self.n
