"""Statements: what a tracker says of one event, in its own words but with one shape for all trackers."""

from collections.abc import Callable
from typing import Literal

import msgspec

from ingest.trackers.values import Document

Kind = Literal["browser", "mobile", "server"]
"""Where a tracker's library runs: in a page, in an app, or on a server of the operator's own."""


class Statement(msgspec.Struct):
    """What a tracker says of one event."""

    event: str
    """Its name, as the tracker writes it."""
    event_id: str | None = None
    device_at: object = None
    visitor: str | None = None
    customer: str | None = None
    kind: Kind | None = None
    words: tuple[str | None, ...] = ()
    """What may tell the channel: app id, library, a property of that name; the first that is known counts."""
    usual_channel: str | None = None
    """The channel, where neither a word nor an address tells another."""
    url: str | None = None
    screen: str | None = None
    title: str | None = None
    referrer: str | None = None
    campaign: str | None = None
    last_campaign: str | None = None
    """The campaign of an earlier visit, for pages that name none."""
    agent: str | None = None
    """The user agent, where the event itself tells it."""
    device: str | None = None
    region: str | None = None
    properties: Document = {}
    """All else that it says; fields like the product are taken from here."""
    items: list[Document] = []
    """The products of an order or cart."""


class Sender(msgspec.Struct):
    """What the collector knows of the request that an event came in."""

    key: str | None = None
    """Write key, project or app id."""
    agent: str | None = None
    address: str | None = None


Interpreter = Callable[[Document], Statement]
"""Understands one event of a tracker; it may take the document apart. Raises Unreadable where it is no event."""
