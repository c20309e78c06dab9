"""Funnels: how one is defined, those that are, and whom one lost."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from api.messages.parameters import Limit, Offset, Step


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
