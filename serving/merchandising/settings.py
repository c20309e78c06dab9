"""Settings: what a merchandiser may change in the lists; nothing, unless it is set."""

from collections import Counter
from collections.abc import Iterator

import msgspec

PAGE = 10
"""Places in a row within which a cap holds."""
MOST_POWER = 10
"""Power of stickiness beyond which the scores no longer count."""


class ListPin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A product that stands at a place at the latest, on every list of products that may show it."""

    item_id: str
    """The product."""
    place: int = 1
    """Counted from 1; where the models have it further up, it stays there and no place is bought."""


class Boost(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Products whose scores are raised."""

    word: str
    """The product's id, or one of its words: brand=Acme, 5g, category=plan."""
    factor: float = 1.5
    """Above 1: 1.5 raises a score by half of its size, whatever its sign."""


class MerchandisingSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is changed in the lists of products after the models have scored them."""

    pins: tuple[ListPin, ...] = ()
    """Products with a place of their own."""
    boosts: tuple[Boost, ...] = ()
    """Products whose scores are raised."""
    share: float = 0.3
    """Share of the places that pins and boosts may take: of the first k at most share × k, rounded up, for every k."""
    caps: dict[str, int] = {}
    """Word → most products that bear it in any ten places in a row, such as "category=handset" = 3."""
    rotation: float = 0.0
    """From 0 to 1: scores are drawn anew within this share of themselves, so that a page is not the same for ever."""
    rotation_hours: int = 24
    """Hours, counted from midnight UTC, after which they are drawn anew; a person has draws of their own."""
    seed: int = 1
    """Another number gives other draws."""
    diversity: float = 0.0
    """From 0 to below 1: how much a product loses for being like those above it (MMR's 1 - λ)."""
    stickiness_power: float = 0.0
    """Scores are multiplied by a product's stickiness against that of all to this power. 0 is off: what keeps people
    is not what the page's reader looks for, so it costs clicks; 1 takes it as it is, 0.5 its root."""
    pool: int = 100
    """Proposals of a model that are arranged at a time, the best first."""

    def __post_init__(self) -> None:
        """Refuse what no list can be arranged by, all at once."""
        if faults := list(self._list_faults()):
            raise ValueError(f"The settings of merchandising are wrong: {'; '.join(faults)}.")

    @property
    def is_idle(self) -> bool:
        """Say whether nothing is changed."""
        return not (self.pins or self.boosts or self.caps or self.rotation or self.diversity or self.stickiness_power)

    def _list_faults(self) -> Iterator[str]:
        for name in ("share", "rotation"):
            if not 0 <= getattr(self, name) <= 1:
                yield f"`{name}` is {getattr(self, name)}: give a share from 0 to 1"
        if not 0 <= self.diversity < 1:
            yield f"`diversity` is {self.diversity}: give 0 or more and below 1"
        if not 0 <= self.stickiness_power <= MOST_POWER:
            yield f"`stickiness_power` is {self.stickiness_power}: give a number from 0 to {MOST_POWER}"
        for name in ("rotation_hours", "pool"):
            if getattr(self, name) < 1:
                yield f"`{name}` is {getattr(self, name)}: give 1 or more"
        for pin in self.pins:
            if pin.place < 1:
                yield f"the pin of {pin.item_id} has the place {pin.place}: places begin with 1"
        for boost in self.boosts:
            if not 1 < boost.factor < float("inf"):
                yield f"the boost of {boost.word} has the factor {boost.factor}: give a number above 1"
        yield from _tell_twice("pinned", [pin.item_id for pin in self.pins])
        yield from _tell_twice("boosted", [boost.word for boost in self.boosts])
        for word, most in self.caps.items():
            if most < 1:
                yield f"the cap of {word} is {most}: give 1 or more"


def _tell_twice(done: str, names: list[str]) -> Iterator[str]:
    for name, times in sorted(Counter(names).items()):
        if times > 1:
            yield f"{name} is {done} {times} times: once is enough"
