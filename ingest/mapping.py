"""Mapping files: how the columns of any log become fields of an event, without code."""

from collections.abc import Iterator
from collections.abc import Mapping as Dictionary
from difflib import get_close_matches
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from ingest.events import CHANNELS, EVENT_NAMES
from ingest.refusals import BadInput

_ITEM = frozenset({"item_id", "category", "price"})
FIELDS_OF = {
    "events": _ITEM | frozenset({
        "event_id", "occurred_at", "received_at", "channel", "visitor_id", "customer_id", "name", "location",
        "page", "quantity", "order_id", "slot", "position", "recommendation_id", "referrer", "campaign", "device",
        "region", "user_agent",
    }),
    "orders": frozenset({
        "order_id", "item_id", "ordered_at", "customer_id", "visitor_id", "channel", "quantity", "price",
    }),
    "products": _ITEM | frozenset({"name", "margin", "on_sale_from", "on_sale_to", "channels"}),
}  # fmt: skip
"""What each kind of table can take from a log."""

NEEDED_OF = {
    "events": (("occurred_at",), ("visitor_id", "customer_id")),
    "orders": (("item_id",), ("ordered_at",), ("customer_id", "visitor_id")),
    "products": (("item_id",),),
}  # fmt: skip
"""Of each group, a mapping must give at least one."""


class Clock(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a log writes its times."""

    unit: Literal["iso", "s", "ms", "us"] = "iso"
    zone: str = "UTC"
    """For times without an offset of their own."""


class Mapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mapping file, read."""

    fields: dict[str, str]
    """Our field = the log's column; dots reach into nested JSON."""
    into: Literal["events", "orders", "products"] = "events"
    separator: str = ","
    header: bool = True
    columns: list[str] = []
    """Names of a CSV's columns, where it has no header."""
    channel: str | None = None
    time: Clock = Clock()
    names: dict[str, str] = {}
    """The log's event name = GA4's."""


IDENTITY = Mapping(fields={field: field for field in sorted(FIELDS_OF["events"])})
"""The mapping of a log that already uses our own names."""


def read_mapping(document: Dictionary[str, object], where: str) -> Mapping:
    """Check a mapping file's content and return it.

    Raises `BadInput` that names every fault at once.
    """
    try:
        mapping = msgspec.convert(document, Mapping)
    except msgspec.ValidationError as fault:
        raise BadInput(f"the mapping is wrong: {fault}", where, "See docs/mapping.md.") from None
    if faults := list(_find_faults(mapping)):
        raise BadInput("; ".join(faults), where, "Mend the mapping file and run the command again.")
    return mapping


def _find_faults(mapping: Mapping) -> Iterator[str]:
    known = FIELDS_OF[mapping.into]
    yield from (f"unknown field {name!r}{_suggest(name, known)}" for name in mapping.fields if name not in known)
    for group in NEEDED_OF[mapping.into]:
        if not set(group) & set(mapping.fields):
            yield f"no column for {' or '.join(group)}"
    for name in mapping.names.values():
        if name not in EVENT_NAMES:
            yield f"unknown event name {name!r}{_suggest(name, EVENT_NAMES)}"
    if mapping.channel not in (None, *CHANNELS):
        yield f"unknown channel {mapping.channel!r}; it is one of {', '.join(CHANNELS)}"
    if not mapping.header and not mapping.columns:
        yield "`columns` is needed where `header` is false"
    if len(mapping.separator) != 1:
        yield "`separator` must be one character"
    if not _is_zone(mapping.time.zone):
        yield f"unknown time zone {mapping.time.zone!r}"


def _suggest(name: str, known: frozenset[str]) -> str:
    near = get_close_matches(name, known, n=2)
    return f" (did you mean {' or '.join(near)}?)" if near else ""


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return True
