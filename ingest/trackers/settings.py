"""Settings of the trackers: what an operator calls things that echannel cannot know."""

from collections.abc import Iterator

import msgspec

from ingest.events import CHANNELS, EVENT_NAMES

IGNORE = "ignore"
"""In the place of a name: such events are ignored and counted."""
SETTABLE = frozenset({
    "item_id", "category", "price", "quantity", "order_id", "slot", "position", "recommendation_id", "propensity",
    "campaign", "region", "device",
})  # fmt: skip
"""Fields that a property may be taken for."""


class TrackerSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How trackers' events are understood."""

    names: dict[str, str] = {}
    """Your event's name = GA4's, or "ignore"; they go before the usual ones."""
    channels: dict[str, str] = {}
    """Write key, project, app id, library, or what your property `channel` says = web, wap or app."""
    properties: dict[str, str] = {}
    """Your property's name = the field that it is: item_id, category, price, quantity, order_id, slot, position …"""
    wap: tuple[str, ...] = ("wap.*",)
    """Addresses of WAP pages, as host or host/path with * for anything; pages elsewhere are web."""
    otherwise: str = "web"
    """Channel of events that tell nothing of theirs, as SDKs on servers send them; "" puts them in quarantine."""

    def __post_init__(self) -> None:
        if faults := list(_find_faults(self)):
            raise ValueError("; ".join(faults))


def _find_faults(settings: TrackerSettings) -> Iterator[str]:
    for own, name in settings.names.items():
        if name not in EVENT_NAMES and name != IGNORE:
            yield f'`names`: {own!r} is called {name!r}, which is neither a name of GA4\'s nor "{IGNORE}"'
    for own, channel in settings.channels.items():
        if channel not in CHANNELS:
            yield f"`channels`: {own!r} is {channel!r}, which is none of {', '.join(CHANNELS)}"
    if settings.otherwise not in (*CHANNELS, ""):
        yield f"`otherwise` is {settings.otherwise!r}, which is none of {', '.join(CHANNELS)} and not empty"
    for own, field in settings.properties.items():
        if field not in SETTABLE:
            yield f"`properties`: {own!r} is {field!r}, which is none of {', '.join(sorted(SETTABLE))}"
