"""Questions: what may be said in the query of each route that recommends."""

import msgspec

from api.messages.parameters import (
    Age,
    Category,
    Channel,
    Count,
    Cursor,
    Excluded,
    Key,
    Lang,
    NewOnly,
    Personalization,
    Recent,
    Seen,
    Stay,
)


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every question may say."""

    n: Count = 10
    channel: Channel | None = None
    lang: Lang | None = None
    exclude: Excluded = []
    cursor: Cursor | None = None


class ShopQuestion(Question, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every question about items may say."""

    age: Age | None = None


class ItemQuery(ShopQuestion, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Query of a question about an item."""


class NextClickQuery(Question, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Query of a question about the next click on a page."""

    stay: Stay = False
    seen: Seen = True


class NextItemQuery(ShopQuestion, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Query of a question about the next click on an item."""

    stay: Stay = False
    seen: Seen = True


class VisitorQuery(ShopQuestion, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Query of a question about a visitor."""

    recent: Recent = []
    personalization: Personalization = "on"
    new_only: NewOnly = False


class TrendQuery(ShopQuestion, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Query of a question about what trends."""

    category: Category | None = None


class LayoutQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Query of a question about a page's layout."""

    key: Key | None = None
    channel: Channel | None = None
    lang: Lang | None = None
    age: Age | None = None


class NoQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A route without query parameters."""
