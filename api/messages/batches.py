"""Batches: all questions of one page in one request, each with what it is about."""

from typing import Annotated

import msgspec
from msgspec import Meta

from api.messages.parameters import Id
from api.messages.questions import ItemQuery, NextClickQuery, NextItemQuery, Question, TrendQuery, VisitorQuery

MAX_QUESTIONS = 32

Pages = Annotated[
    list[Id],
    Meta(
        min_length=1,
        max_length=100,
        description="The visit's pages, the current one last: 1 to 100; of a longer visit give the 100 latest.",
    ),
]
Items = Annotated[
    list[Id],
    Meta(
        min_length=1,
        max_length=100,
        description="The visit's items, the current one last: 1 to 100; of a longer visit give the 100 latest.",
    ),
]
Basket = Annotated[
    list[Id],
    Meta(
        min_length=1,
        max_length=100,
        description="The items of a basket: 1 to 100; of a larger basket give the 100 latest.",
    ),
]


class AnyQuestion(Question, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a question of any kind may say."""

    id: Id


class AlsoViewed(ItemQuery, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="also_viewed"):
    """What else was viewed with an item."""

    id: Id
    item_id: Id


class AlsoBought(ItemQuery, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="also_bought"):
    """What else was bought with the items of a basket."""

    id: Id
    item_ids: Basket


class BoughtAfterViewing(
    ItemQuery, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="bought_after_viewing"
):
    """What was bought in the next orders of those who looked at an item."""

    id: Id
    item_id: Id


class NextClick(
    NextClickQuery, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="next_click"
):
    """Where people click next after a visit's pages."""

    id: Id
    pages: Pages


class NextItem(NextItemQuery, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="next_item"):
    """Which item people click on next after a visit's items."""

    id: Id
    item_ids: Items


class ForYou(VisitorQuery, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="for_you"):
    """What suits a visitor."""

    id: Id
    visitor_id: Id


class Trending(TrendQuery, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="trending"):
    """What more people care for these days than usually do."""

    id: Id


BatchQuestion = AlsoViewed | AlsoBought | BoughtAfterViewing | NextClick | NextItem | ForYou | Trending


class Batch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All questions of one page; their ids differ."""

    requests: Annotated[list[BatchQuestion], Meta(min_length=1, max_length=MAX_QUESTIONS)]
