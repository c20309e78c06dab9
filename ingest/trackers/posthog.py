"""PostHog: events of its SDKs for pages, apps and servers."""

from ingest.trackers.statements import Kind, Statement
from ingest.trackers.values import Document, Unreadable, read_document, read_documents, read_text

KINDS: dict[str, Kind] = {
    "web": "browser", "js": "browser", "posthog-js-lite": "browser", "posthog-ios": "mobile",
    "posthog-android": "mobile", "posthog-react-native": "mobile", "posthog-flutter": "mobile",
}  # fmt: skip
"""Libraries by `$lib`; all others run on servers."""
JOINS = ("$identify", "$create_alias", "$merge_dangerously")
OWN = frozenset({
    "$lib", "$lib_version", "$current_url", "$host", "$pathname", "$screen_name", "title", "$title", "$referrer",
    "$referring_domain", "utm_campaign", "$session_entry_utm_campaign", "$raw_user_agent", "$useragent",
    "$user_agent", "$device_type", "$geoip_subdivision_1_name", "$device_id", "$user_id", "$anon_distinct_id",
    "distinct_id", "alias", "token", "$insert_id", "$time", "$is_identified",
})  # fmt: skip


def interpret_posthog(event: Document) -> Statement:
    """Understand an event: $pageview, $screen, $identify, $create_alias, $autocapture, $pageleave, or a custom one."""
    name = read_text(event.get("event"))
    if name is None:
        raise Unreadable("not_an_event")
    said = read_document(event.get("properties"))
    library = read_text(said.get("$lib")) or ""
    visitor, customer = _find_people(name, event, said)
    return Statement(
        event=name,
        event_id=read_text(event.get("uuid")) or read_text(said.get("$insert_id")),
        device_at=event.get("timestamp") or _read_seconds(said.get("$time")),
        visitor=visitor,
        customer=customer,
        kind=KINDS.get(library.lower(), "server"),
        words=(read_text(said.get("$app_namespace")), library, read_text(said.get("channel"))),
        url=read_text(said.get("$current_url")),
        screen=read_text(said.get("$screen_name")),
        title=read_text(said.get("title")) or read_text(said.get("$title")),
        referrer=_read_referrer(said.get("$referrer")),
        campaign=read_text(said.get("utm_campaign")),
        last_campaign=read_text(said.get("$session_entry_utm_campaign")),
        agent=_find_agent(said),
        device=(read_text(said.get("$device_type")) or "").lower() or None,
        region=read_text(said.get("$geoip_subdivision_1_name")),
        properties={key: value for key, value in said.items() if key not in OWN},
        items=read_documents(said.get("products")),
    )


def _find_people(name: str, event: Document, said: Document) -> tuple[str | None, str | None]:
    """Return visitor and customer: `distinct_id` is the device's until the person is identified."""
    distinct = read_text(event.get("distinct_id")) or read_text(said.get("distinct_id"))
    device = read_text(said.get("$device_id"))
    if name == "$create_alias":
        return device or distinct, read_text(said.get("alias"))
    if name in JOINS:
        return read_text(said.get("$anon_distinct_id")) or device, distinct
    if said.get("$is_identified") is True or said.get("$user_id") is not None:
        return device, read_text(said.get("$user_id")) or distinct
    return device or distinct, None


def _find_agent(said: Document) -> str | None:
    names = ("$raw_user_agent", "$user_agent", "$useragent")
    return next((text for name in names if (text := read_text(said.get(name)))), None)


def _read_seconds(value: object) -> float | None:
    return value * 1000 if isinstance(value, int | float) and not isinstance(value, bool) else None


def _read_referrer(value: object) -> str | None:
    referrer = read_text(value)
    return None if referrer == "$direct" else referrer
