"""Segment and RudderStack: the calls track, page, screen, identify and alias, and the e-commerce specification."""

from ingest.trackers.statements import Kind, Statement
from ingest.trackers.values import Document, Unreadable, read_document, read_documents, read_text

KINDS: dict[str, Kind] = {
    "analytics.js": "browser", "@segment/analytics-next": "browser", "npm:next": "browser", "rudderlabs": "browser",
    "analytics-ios": "mobile", "analytics-android": "mobile", "analytics-kotlin": "mobile",
    "analytics-swift": "mobile", "analytics-react-native": "mobile", "analytics-flutter": "mobile",
    "rudderstack javascript": "browser", "com.rudderstack.android": "mobile", "rudder-ios": "mobile",
}  # fmt: skip
"""Libraries by the beginning of `context.library.name`; all others run on servers."""
CHANNELS: dict[str, Kind] = {"web": "browser", "browser": "browser", "client": "browser", "mobile": "mobile"}
CALLS = ("track", "page", "screen", "identify", "alias", "group")


def interpret_segment(event: Document) -> Statement:
    """Understand a call; of track the name is the event's, of the others the call's."""
    call = read_text(event.get("type"))
    if call not in CALLS:
        raise Unreadable("not_an_event")
    context = read_document(event.get("context"))
    page = read_document(context.get("page"))
    properties = dict(read_document(event.get("properties")))
    library = read_text(read_document(context.get("library")).get("name")) or ""
    visitor, customer = _find_people(event, call)
    statement = Statement(
        event=_name(event, call),
        event_id=read_text(event.get("messageId")),
        device_at=event.get("originalTimestamp") or event.get("timestamp"),
        visitor=visitor,
        customer=customer,
        kind=_find_kind(library, event),
        words=(read_text(read_document(context.get("app")).get("name")), library, read_text(properties.get("channel"))),
        url=read_text(page.get("url")),
        title=read_text(page.get("title")),
        referrer=read_text(page.get("referrer")),
        campaign=read_text(read_document(context.get("campaign")).get("name")),
        agent=read_text(context.get("userAgent")),
        device=_read_device(read_document(context.get("device"))),
        region=read_text(read_document(context.get("location")).get("region")),
        properties=properties,
        items=read_documents(properties.get("products")),
    )
    if call in ("page", "screen"):
        _take_page(statement, event, call)
    return statement


def _name(event: Document, call: str) -> str:
    if call != "track":
        return call
    name = read_text(event.get("event"))
    if name is None:
        raise Unreadable("missing_field")
    return name


def _take_page(statement: Statement, event: Document, call: str) -> None:
    """Take address, title and screen from a page's properties, which go before what the context says."""
    properties = statement.properties
    name = read_text(event.get("name")) or read_text(properties.pop("name", None))
    category = event.get("category") or properties.pop("category", None)
    if category is not None:
        properties["page_category"] = category
    if call == "screen":
        statement.screen = name
        return
    properties.pop("path", None)
    properties.pop("search", None)
    statement.url = read_text(properties.pop("url", None)) or statement.url
    statement.title = name or read_text(properties.pop("title", None)) or statement.title
    statement.referrer = read_text(properties.pop("referrer", None)) or statement.referrer


def _find_people(event: Document, call: str) -> tuple[str | None, str | None]:
    user, anonymous = read_text(event.get("userId")), read_text(event.get("anonymousId"))
    if call == "alias":
        return read_text(event.get("previousId")) or anonymous, user
    return anonymous, user


def _find_kind(library: str, event: Document) -> Kind:
    name = library.lower()
    known = next((kind for start, kind in KINDS.items() if name.startswith(start)), None)
    return known or CHANNELS.get(read_text(event.get("channel")) or "", "server")


def _read_device(device: Document) -> str | None:
    """Take a kind of device; SDKs of apps write the system there."""
    kind = (read_text(device.get("type")) or "").lower()
    return {"ios": "mobile", "android": "mobile"}.get(kind, kind) or None
