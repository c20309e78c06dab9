"""Interpretation: one event of a tracker, from its own words to the fields of ours."""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from ingest.trackers.channels import ChannelTable, guess_channel
from ingest.trackers.names import SEEN, SHOWN, SPLIT, NameTable, settle_name
from ingest.trackers.posthog import interpret_posthog
from ingest.trackers.properties import OF_ITEMS, Fields, PropertyTable, write_extra
from ingest.trackers.rows import Row
from ingest.trackers.segment import interpret_segment
from ingest.trackers.sensors import interpret_sensors
from ingest.trackers.settings import IGNORE, TrackerSettings
from ingest.trackers.snowplow import interpret_snowplow
from ingest.trackers.statements import Interpreter, Sender, Statement
from ingest.trackers.values import Document, Unreadable, read_documents, read_moment

INTERPRETERS: dict[str, Interpreter] = {
    "snowplow": interpret_snowplow,
    "sensors": interpret_sensors,
    "segment": interpret_segment,
    "posthog": interpret_posthog,
}
LISTS = ("products", "items")
"""Properties that hold the products of an order or cart."""


class Dictionary(NamedTuple):
    """What an operator's settings make of the trackers' words."""

    names: NameTable
    channels: ChannelTable
    properties: PropertyTable
    otherwise: str
    wap: tuple[str, ...]


def make_dictionary(settings: TrackerSettings) -> Dictionary:
    """Make the dictionary of an operator."""
    return Dictionary(
        NameTable(settings.names),
        ChannelTable(settings.channels),
        PropertyTable(settings.properties),
        settings.otherwise,
        settings.wap,
    )


def interpret_event(tracker: str, event: Document, sender: Sender, words: Dictionary, blank: Row) -> Iterator[Row]:
    """Yield the rows of an event: one, one for each of its products, or none where it is to be ignored.

    `blank` has what the collector knows of it already. Raises Unreadable with the reason where it is no event.
    """
    said = INTERPRETERS[tracker](event)
    name = words.names.find(tracker, said.event)
    if name is None:
        raise Unreadable("unknown_name")
    if name == IGNORE:
        return
    row = _describe(said, sender, words, blank)
    items = _take_items(said, name)
    shared = words.properties.take(said.properties, but=OF_ITEMS if items else ())
    told = {**({} if name == SEEN else {"event": said.event}), **_keep_title(said, row)}
    for part, item in enumerate(items or [{}], 1):
        fields = {**shared, **words.properties.take(item)}
        rest: Document = {**told, **said.properties} if part == 1 else {}
        yield _finish(row, name, fields, {**rest, **({"item": item} if item else {})}, part if len(items) > 1 else None)


def _describe(said: Statement, sender: Sender, words: Dictionary, blank: Row) -> Row:
    return msgspec.structs.replace(
        blank,
        event_id=said.event_id,
        device_at=read_moment(said.device_at),
        channel=words.channels.find(said, sender.key),
        usual_channel=guess_channel(said, words.otherwise),
        visitor=said.visitor or _tell_apart(said, sender),
        customer=said.customer,
        url=said.url,
        screen=said.screen,
        page=None if said.url or said.screen else said.title,
        referrer=said.referrer,
        campaign=said.campaign,
        last_campaign=said.last_campaign,
        device=said.device,
        region=said.region,
        user_agent=said.agent or (sender.agent if said.kind == "browser" else None),
    )


def _tell_apart(said: Statement, sender: Sender) -> str | None:
    """Tell visitors of a page without ids apart as an access log does, by address and agent."""
    if said.customer or said.kind != "browser" or not sender.address:
        return None
    return f"{sender.address} {sender.agent or ''}"


def _take_items(said: Statement, name: str) -> list[Document]:
    """Take the products of an event that is about each of them; of another with several they stay what it says."""
    holder = next((key for key in LISTS if read_documents(said.properties.get(key))), None)
    items = said.items or (read_documents(said.properties[holder]) if holder else [])
    if len(items) == 1 or name in SPLIT or (name in SHOWN and all("position" in item for item in items)):
        if holder:
            said.properties.pop(holder)
        return items
    if items:
        said.properties["products"] = items
    return []


def _keep_title(said: Statement, row: Row) -> Document:
    return {"title": said.title} if said.title and row.page is None else {}


def _finish(row: Row, name: str, fields: Fields, rest: Document, part: int | None) -> Row:
    item_id = fields.get("item_id")
    return msgspec.structs.replace(
        row,
        name=settle_name(name, rest, item_id if isinstance(item_id, str) else None),
        part=part,
        extra=write_extra(rest),
        **{field: value for field, value in fields.items() if value is not None},
    )
