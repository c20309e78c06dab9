"""Trackers' events in, our events out: lines of the spool as the collector writes them, for tests."""

import json
from collections.abc import Iterable
from functools import partial
from typing import Any

from ingest import SiteMap, Taken
from ingest.trackers import TrackerSettings, make_dictionary, read_spool
from tests.intake import SHOP, pseudonym, take

RECEIVED = "2026-03-02T08:00:10.000000Z"
BATCH = "0123456789abcdef0123456789abcdef"
PHONE = "13800000000"
SHOP_SCHEMA = "iglu:com.snowplowanalytics.snowplow.ecommerce"


def token(raw: str) -> str:
    """Write an id as the collector does."""
    return pseudonym("token", raw)


def spool(tracker: str, event: dict[str, Any] | None, **fields: Any) -> str:
    """Write one line of the spool."""
    line = {
        "tracker": tracker,
        "received_at": RECEIVED,
        "batch": BATCH,
        "index": 0,
        "sent_at": None,
        "agent": None,
        "address": None,
        "key": None,
    }
    return json.dumps({**line, **({} if event is None else {"event": event}), **fields}, ensure_ascii=False)


def spool_batch(tracker: str, *events: dict[str, Any], **fields: Any) -> list[str]:
    """Write the lines of one batch."""
    return [spool(tracker, event, index=index, **fields) for index, event in enumerate(events)]


def take_spool(lines: Iterable[str], *, site_map: SiteMap = SHOP, chunk: int = 1 << 16, **settings: Any) -> Taken:
    """Take lines of the spool."""
    words = make_dictionary(TrackerSettings(**settings))
    content = "".join(f"{line}\n" for line in lines).encode()
    return take(content, partial(read_spool, words=words), channel=None, site_map=site_map, chunk=chunk)


def read_event(tracker: str, event: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Return the one event that a tracker's event becomes."""
    taken = take_spool([spool(tracker, event, **fields)])
    assert taken.quarantined.is_empty(), taken.quarantined["reason"].to_list()
    return taken.rows.row(0, named=True)


def find_reason(tracker: str, event: dict[str, Any], **fields: Any) -> str:
    """Return why a tracker's event is none."""
    taken = take_spool([spool(tracker, event, **fields)])
    assert taken.rows.is_empty()
    return str(taken.quarantined["reason"].item())


# What the SDKs send at the least.


def snowplow(kind: str = "pv", **fields: Any) -> dict[str, Any]:
    """Write an event of Snowplow's tracker for pages."""
    plain = {
        "e": kind,
        "eid": f"eid-{kind}",
        "tv": "js-4.10.1",
        "p": "web",
        "duid": token("device"),
        "dtm": "1772438400000",
    }
    return {**plain, **fields}


def describe(schema: str, **data: Any) -> dict[str, Any]:
    """Write a self-describing event of Snowplow's."""
    said = {"schema": schema, "data": data}
    return snowplow("ue", ue_pr={"schema": "iglu:x/unstruct_event/jsonschema/1-0-0", "data": said})


def ecommerce(action: str, *entities: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    """Write an action of Snowplow's e-commerce plug-in with its entities."""
    event = describe(f"{SHOP_SCHEMA}/snowplow_ecommerce_action/jsonschema/1-0-2", type=action)
    context = [{"schema": f"{SHOP_SCHEMA}/{name}/jsonschema/1-0-0", "data": said} for name, said in entities]
    return {**event, "co": {"data": context}}


def sensors(event: str | None = "$pageview", kind: str = "track", **properties: Any) -> dict[str, Any]:
    """Write an event of 神策's SDK for pages."""
    named = {} if event is None else {"event": event}
    return {
        "type": kind,
        **named,
        "time": 1772438400000,
        "distinct_id": token("cookie"),
        "anonymous_id": token("cookie"),
        "_track_id": 328029004,
        "properties": {"$lib": "js", **properties},
    }


def segment(call: str = "track", **fields: Any) -> dict[str, Any]:
    """Write a call of Segment's analytics.js."""
    plain = {
        "type": call,
        "messageId": f"ajs-{call}",
        "anonymousId": token("device"),
        "timestamp": "2026-03-02T08:00:00.000Z",
        "context": {"library": {"name": "analytics.js", "version": "next-1.70.0"}},
    }
    return {**plain, **fields}


def posthog(event: str = "$pageview", **properties: Any) -> dict[str, Any]:
    """Write an event of posthog-js."""
    return {
        "uuid": f"uuid-{event}",
        "event": event,
        "timestamp": "2026-03-02T08:00:00.000Z",
        "distinct_id": token("device"),
        "properties": {"$lib": "web", "$device_id": token("device"), **properties},
    }
