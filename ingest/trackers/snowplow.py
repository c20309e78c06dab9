"""Snowplow: the tracker protocol 2 of its SDKs, and its e-commerce entities."""

import msgspec

from ingest.trackers.statements import Kind, Statement
from ingest.trackers.values import Document, Unreadable, read_document, read_documents, read_text

KINDS: dict[str, Kind] = {"js": "browser", "andr": "mobile", "ios": "mobile", "rn": "mobile", "flutter": "mobile"}
"""Libraries by the beginning of `tv` ("js-4.10.1"); all others run on servers."""
PLATFORMS = {"mob": "app", "app": "app", "tv": "app", "web": "web"}
ENVELOPE = ("tv", "tna", "p", "aid", "dtm", "stm", "eid", "uid", "duid", "nuid", "tnuid", "url", "page", "refr", "ua")
ORDER_FIELDS = {"ti_id": "order_id", "ti_sk": "item_id", "ti_ca": "category", "ti_pr": "price", "ti_qu": "quantity"}
TRANSACTION_FIELDS = {"tr_id": "order_id"}
SHOP = "com.snowplowanalytics.snowplow.ecommerce/"


def interpret_snowplow(event: Document) -> Statement:
    """Understand an event of type pv, pp, se, ue, tr or ti.

    The name is the type, of a structured event `category/action`, of a self-describing one `vendor/name`.
    """
    kind = read_text(event.pop("e", None))
    if kind is None:
        raise Unreadable("not_an_event")
    entities = _read_entities(event.get("co"))
    library = read_text(event.get("tv")) or ""
    said = Statement(
        event=kind,
        event_id=read_text(event.get("eid")),
        device_at=event.get("dtm"),
        visitor=_find_visitor(event, entities),
        customer=read_text(event.get("uid")),
        kind=KINDS.get(library.partition("-")[0], "server"),
        words=(read_text(event.get("aid")), read_text(event.get("tna")), library),
        usual_channel=PLATFORMS.get(read_text(event.get("p")) or ""),
        url=read_text(event.get("url")),
        title=read_text(event.get("page")),
        referrer=read_text(event.get("refr")),
        agent=read_text(event.get("ua")),
    )
    for name in ENVELOPE:
        event.pop(name, None)
    said.properties = event
    _name(said, entities)
    return said


def _name(said: Statement, entities: dict[str, list[Document]]) -> None:
    """Name the event by its type, and take what the type alone tells."""
    if said.event == "se":
        category, action = (read_text(said.properties.pop(field, None)) for field in ("se_ca", "se_ac"))
        said.event = f"{category}/{action}"
    elif said.event == "ue":
        _describe(said, entities)
    elif said.event in ("tr", "ti"):
        fields = ORDER_FIELDS if said.event == "ti" else TRANSACTION_FIELDS
        said.properties = {fields.get(name, name): value for name, value in said.properties.items()}


def _describe(said: Statement, entities: dict[str, list[Document]]) -> None:
    """Open a self-describing event: its schema names it, its data are properties beside those of its entities."""
    inner = read_document(read_document(_open(said.properties.pop("ue_pr", None))).get("data"))
    said.event = _name_schema(inner.get("schema"))
    if not said.event:
        raise Unreadable("not_an_event")
    data = read_document(inner.get("data"))
    said.properties = {**said.properties, **data}
    if said.event == f"{SHOP}snowplow_ecommerce_action":
        said.event = f"{said.event}/{read_text(said.properties.pop('type', None))}"
        said.items = [_take_product(product) for product in entities.get(f"{SHOP}product", [])]
        for name in ("transaction", "refund", "checkout_step"):
            said.properties |= _take_order(next(iter(entities.get(f"{SHOP}{name}", [])), {}))
    elif said.event.endswith("/screen_view"):
        said.screen = read_text(said.properties.pop("name", None))


def _take_product(product: Document) -> Document:
    return {"item_id" if name == "id" else name: value for name, value in product.items()}


def _take_order(order: Document) -> Document:
    names = {"transaction_id": "order_id", "shipping_full_address": "", "billing_full_address": ""}
    return {known: value for name, value in order.items() if (known := names.get(name, name))}


def _read_entities(context: object) -> dict[str, list[Document]]:
    """Return the entities that came with an event, by the names of their schemas."""
    found: dict[str, list[Document]] = {}
    for entity in read_documents(read_document(_open(context)).get("data")):
        found.setdefault(_name_schema(entity.get("schema")), []).append(read_document(entity.get("data")))
    return found


def _name_schema(schema: object) -> str:
    """Return `vendor/name` of `iglu:vendor/name/jsonschema/1-0-0`."""
    parts = (read_text(schema) or "").removeprefix("iglu:").split("/")
    return "/".join(parts[:2]) if len(parts) > 1 else ""


def _open(value: object) -> object:
    """Read JSON that stands there as text."""
    if not isinstance(value, str):
        return value
    try:
        return msgspec.json.decode(value)
    except msgspec.DecodeError:
        return None


def _find_visitor(event: Document, entities: dict[str, list[Document]]) -> str | None:
    session = next(iter(entities.get("com.snowplowanalytics.snowplow/client_session", [])), {})
    candidates = (event.get("duid"), session.get("userId"), event.get("tnuid"), event.get("nuid"))
    return next((text for value in candidates if (text := read_text(value))), None)
