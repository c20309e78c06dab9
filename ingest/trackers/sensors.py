"""神策 Sensors Analytics: what its SDKs for pages, apps, mini programs and servers send."""

import xxhash

from ingest.trackers.statements import Kind, Statement
from ingest.trackers.values import Document, Unreadable, read_document, read_text

KINDS: dict[str, Kind] = {
    "js": "browser", "android": "mobile", "ios": "mobile", "harmonyos": "mobile", "harmony": "mobile",
    "flutter": "mobile", "reactnative": "mobile", "miniprogram": "mobile", "alipaymini": "mobile",
    "baidumini": "mobile", "bytedancemini": "mobile", "qqmini": "mobile", "quickapp": "mobile",
}  # fmt: skip
"""Libraries by `$lib`; all others run on servers."""
NOTHING = frozenset({"取值异常", "未取到值", "未取到值_直接打开", "url的domain解析失败"})
"""What the SDK for pages writes where it found no value."""
BINDS = ("track_signup", "track_id_bind")
DEVICE_IDS = ("$identity_cookie_id", "$identity_android_id", "$identity_idfv", "$identity_anonymous_id")
OWN = frozenset({
    "$lib", "$lib_version", "$url", "$url_path", "$title", "$screen_name", "$referrer", "$referrer_host",
    "$utm_campaign", "$latest_utm_campaign", "$user_agent", "$province", "$is_login_id", "$device_id", "$app_id",
    "channel",
})  # fmt: skip


def interpret_sensors(event: Document) -> Statement:
    """Understand an event of type track, track_signup or track_id_bind.

    Other types (profile_*, item_*, track_id_unbind) bear their type as name.
    """
    kind = read_text(event.get("type"))
    if kind is None:
        raise Unreadable("not_an_event")
    said = read_document(event.get("properties"))
    library = _find(said, "$lib") or _find(read_document(event.get("lib")), "$lib") or ""
    visitor, customer = _find_people(event, said)
    statement = Statement(
        event=(read_text(event.get("event")) or kind) if kind.startswith("track") else kind,
        event_id=_make_id(event),
        device_at=event.get("time"),
        visitor=visitor,
        customer=customer,
        kind=KINDS.get(library.lower(), "server"),
        words=(_find(said, "$app_id"), _find(event, "project"), _find(said, "channel"), library),
        url=_find(said, "$url"),
        screen=_find(said, "$screen_name"),
        title=_find(said, "$title"),
        referrer=_find(said, "$referrer"),
        campaign=_find(said, "$utm_campaign"),
        last_campaign=_find(said, "$latest_utm_campaign"),
        agent=_find(said, "$user_agent"),
        region=_find(said, "$province"),
    )
    statement.properties = {name: value for name, value in said.items() if _tells(name, value)}
    return statement


def _find_people(event: Document, said: Document) -> tuple[str | None, str | None]:
    """Return visitor and customer: `distinct_id` is one or the other, and the SDKs say in four ways which."""
    identities = read_document(event.get("identities"))
    distinct = read_text(event.get("distinct_id"))
    login = _find(event, "login_id") or _find(identities, "$identity_login_id")
    device = next((text for name in DEVICE_IDS if (text := _find(identities, name))), None)
    visitor = _find(event, "anonymous_id") or device or _find(said, "$device_id")
    if event.get("type") in BINDS:
        return _find(event, "original_id") or visitor, login or distinct
    if login or said.get("$is_login_id") is True:
        return visitor, login or distinct
    return visitor or distinct, None


def _make_id(event: Document) -> str | None:
    """Make an id of `_track_id`, whom, when and what, which together are one event's; servers' SDKs send none."""
    track = read_text(event.get("_track_id"))
    if track is None:
        return None
    parts = (track, *(read_text(event.get(name)) or "" for name in ("distinct_id", "time", "type", "event")))
    return xxhash.xxh3_128_hexdigest("\x1f".join(parts).encode())


def _find(holder: Document, name: str) -> str | None:
    text = read_text(holder.get(name))
    return None if text in NOTHING else text


def _tells(name: str, value: object) -> bool:
    return name not in OWN and not (isinstance(value, str) and value in NOTHING)
