"""Messages: what the API is asked and what it says, as types. The OpenAPI document is made from them."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

MAX_ITEMS = 100
MAX_QUESTIONS = 32

Count = Annotated[
    int, Meta(ge=1, le=MAX_ITEMS, description=f"How many to recommend: a whole number from 1 to {MAX_ITEMS}.")
]
Channel = Annotated[
    Literal["web", "wap", "app"], Meta(description="Where it will be shown: web, wap or app; without it, anywhere.")
]
Lang = Annotated[Literal["en", "zh"], Meta(description="Language of the reasons: en or zh.")]
Id = Annotated[str, Meta(min_length=1, max_length=200, description="An id of 1 to 200 characters.")]
Key = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=64,
        description="What decides which neighbours change places: the same key, the same page. A number from 0 to 999, "
        "say, drawn for each visit; no visitor id.",
    ),
]
Excluded = Annotated[list[Id], Meta(max_length=50, description="Ids to leave out: at most 50; repeat for several.")]
Recent = Annotated[list[Id], Meta(max_length=50, description="Items just looked at: at most 50; repeat for several.")]
Category = Annotated[
    str, Meta(min_length=1, max_length=256, description="A category, as the catalogue names it; left out, all of them.")
]
Pages = Annotated[
    list[Id], Meta(min_length=1, max_length=100, description="The visit's pages, the current one last: 1 to 100.")
]
Basket = Annotated[list[Id], Meta(min_length=1, max_length=100, description="The items of a basket: 1 to 100.")]
Personalization = Annotated[
    Literal["on", "off"], Meta(description="on, or off for an answer that no personal data touches.")
]
Age = Annotated[int, Meta(ge=0, le=150, description="Age in years; without it nothing that has an age gate is shown.")]
NewOnly = Annotated[bool, Meta(description="Whether to leave out what was looked at before: true or false.")]
Stay = Annotated[bool, Meta(description="Whether what they are on may be in the answer: true or false.")]
Seen = Annotated[bool, Meta(description="Whether what the visit was on before may be in the answer: true or false.")]
Items = Annotated[
    list[Id], Meta(min_length=1, max_length=100, description="The visit's items, the current one last: 1 to 100.")
]

ReportName = Annotated[
    str, Meta(min_length=1, max_length=64, description="What `echannel report` takes: funnel, funnel-trend, paths …")
]
FunnelName = Annotated[str, Meta(min_length=1, max_length=64, description="The id of a funnel that is defined.")]
About = Annotated[
    str,
    Meta(min_length=1, max_length=500, description="The page, the two groups or the pattern that some reports take."),
]
Period = Annotated[Literal["day", "week"], Meta(description="For funnel-trend: a row a day, or a week.")]
Groups = Annotated[
    list[Id],
    Meta(min_length=2, max_length=2, description="For funnel-comparison: two segments, or two periods FROM..TO."),
]
Step = Annotated[int, Meta(ge=1, le=40, description="A step, from 1: a whole number from 1 to 40.")]
Rung = Annotated[
    str,
    Meta(
        description="What proposed it: item, person, neighbours, rules, graph, all_channels, category, channel or "
        "everywhere."
    ),
]
Rule = Annotated[
    str | None,
    Meta(description="What put it further up than its score: pin, boost, cap, rotation or diversity; null for none."),
]
Cursor = Annotated[
    str,
    Meta(
        pattern=r"^[0-9a-z]{1,64}\.[0-9]{1,15}\.[0-9]{1,4}$",
        description="`next` of the answer before: goes on where that one ended. Good for an hour.",
    ),
]
Next = Annotated[str | None, Meta(description="The cursor that goes on from here; null where there is no more.")]
Limit = Annotated[int, Meta(ge=1, le=100_000, description="How many to list: a whole number from 1 to 100,000.")]
Offset = Annotated[
    int, Meta(ge=0, le=1_000_000_000, description="How many to leave out first: a whole number from 0 to 10⁹.")
]


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


class LayoutQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Query of a question about a page's layout."""

    key: Key | None = None
    channel: Channel | None = None
    lang: Lang | None = None


class TrendQuery(ShopQuestion, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Query of a question about what trends."""

    category: Category | None = None


class NoQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A route without query parameters."""


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


class RecommendedItem(msgspec.Struct, frozen=True):
    """One item of an answer."""

    item_id: str
    rank: int
    score: float
    reason: str
    rung: Rung
    rule: Rule = None


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


class BatchAnswer(msgspec.Struct, frozen=True):
    """Each question's answer under its id."""

    answers: dict[str, ItemsAnswer | PagesAnswer]


class Title(msgspec.Struct, frozen=True):
    """A text in both languages."""

    en: str
    zh: str


class ReportEntry(msgspec.Struct, frozen=True):
    """One report of the list."""

    name: str
    title: Title
    chapter: Title
    rows: int


class ReportList(msgspec.Struct, frozen=True):
    """The reports of the snapshot that is served."""

    model_version: str
    reports: list[ReportEntry]


class ReportQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A report made on demand."""

    report: ReportName
    funnel: (
        Annotated[FunnelName | dict[str, Any], Meta(description="Its id, or a definition (FunnelDocument).")] | None
    ) = None
    about: About | None = None
    by: Period | None = None
    groups: Groups | None = None
    step: Step | None = None


class FunnelDocument(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A funnel's definition. The settings page says under `[funnels.NAME]` what each key means and may hold."""

    steps: Annotated[list[dict[str, Any]], Meta(description="What must happen, at least the event of each step.")]
    window_hours: Annotated[float, Meta(description="From the first step to the last, in hours.")] = 24.0
    scope: Annotated[str, Meta(description="Who enters: visitor, customer, session or cart.")] = "visitor"
    name: Annotated[str, Meta(description="What reports call it; the id by default.")] = ""
    order: Annotated[str, Meta(description="ordered, strict or any.")] = "ordered"
    ties: Annotated[str, Meta(description="Events of one moment: either, arrival or strict.")] = "either"
    hold: Annotated[str | list[str], Meta(description="Properties that stay the same through the chain.")] = []
    exclude: Annotated[list[dict[str, Any]], Meta(description="Events that break a chain between two steps.")] = []
    breakdown: Annotated[str | None, Meta(description="The property by which entrants are told apart.")] = None
    attribution: Annotated[str, Meta(description='Whose value of it counts: first, last, or "step 2".')] = "first"


class FunnelEntry(msgspec.Struct, frozen=True):
    """One funnel of the list. Those of the settings file are changed there."""

    id: str
    source: Literal["settings", "api"]
    steps: int


class FunnelList(msgspec.Struct, frozen=True):
    """The funnels that are defined."""

    funnels: list[FunnelEntry]


class LostQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Query of those whom a funnel lost."""

    step: Step = 1
    limit: Limit = 1_000
    offset: Offset = 0


class LostEntry(msgspec.Struct, frozen=True):
    """One whom a funnel lost: a pseudonym, and the times of the first and the last step that they took."""

    entrant: str
    segment: str | None
    entered_at: str
    last_reached_at: str


class LostList(msgspec.Struct, frozen=True):
    """Those whom a funnel lost at a step, the latest first: `total` of them, of which this is a part."""

    funnel: str
    scope: str
    step: int
    name: str
    total: int
    offset: int
    lost: list[LostEntry]


class Health(msgspec.Struct, frozen=True):
    """A sign of life."""

    status: Literal["alive", "ready"]
    model_version: str | None = None


class Fault(msgspec.Struct, frozen=True):
    """One thing wrong with a request."""

    where: str
    what: str


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why a request failed (RFC 9457): `detail` says how to mend it, `errors` lists every fault that was found."""

    title: str
    status: int
    detail: str
    type: str = "about:blank"
    errors: list[Fault] = []
