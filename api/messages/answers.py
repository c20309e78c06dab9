"""Answers: what is recommended, best first, and what stands where on a page."""

from typing import Annotated

import msgspec
from msgspec import Meta

from serving import RUNGS

Rung = Annotated[str, Meta(description=f"What proposed it: {', '.join(RUNGS[:-1])} or {RUNGS[-1]}.")]
Rule = Annotated[
    str | None,
    Meta(
        description="What put it further up than its score: pin, stickiness, cap, boost, rotation or diversity; null "
        "for none."
    ),
]
Factor = Annotated[
    float,
    Meta(
        description="What its score was multiplied by for how well it keeps its people; left out where that counts "
        "for nothing."
    ),
]
Next = Annotated[str | None, Meta(description="The cursor that goes on from here; null where there is no more.")]


class RecommendedItem(msgspec.Struct, frozen=True):
    """One item of an answer."""

    item_id: str
    rank: int
    score: float
    reason: str
    rung: Rung
    rule: Rule = None
    stickiness: Factor | msgspec.UnsetType = msgspec.UNSET


class RecommendedPage(msgspec.Struct, frozen=True):
    """One page of an answer."""

    page: str
    rank: int
    score: float
    reason: str
    rung: Rung


class ItemsAnswer(msgspec.Struct, frozen=True, tag_field="kind", tag="items"):
    """Items, best first. `fallback` names what had to help out; null where the asked model filled the list alone."""

    recommendation_id: str
    model_version: str
    fallback: str | None
    items: list[RecommendedItem]
    next: Next = None


class PagesAnswer(msgspec.Struct, frozen=True, tag_field="kind", tag="pages"):
    """Pages, best first. `fallback` names what had to help out; null where the asked model filled the list alone."""

    recommendation_id: str
    model_version: str
    fallback: str | None
    items: list[RecommendedPage]
    next: Next = None


class BatchAnswer(msgspec.Struct, frozen=True):
    """Each question's answer under its id."""

    answers: dict[str, ItemsAnswer | PagesAnswer]


class PlacedItem(msgspec.Struct, frozen=True):
    """One slot of a page, and what stands there. `propensity` is the chance of that; null where nothing is drawn."""

    slot: str
    position: int
    item_id: str
    propensity: float | None
    reason: str


class LayoutAnswer(msgspec.Struct, frozen=True):
    """What stands where on a page, in the page's order."""

    recommendation_id: str
    model_version: str
    page: str
    slots: list[PlacedItem]
