"""Properties: which of an event's properties are fields of ours, and what is left of them."""

from collections.abc import Mapping

import msgspec

from ingest.trackers.values import Document, Unreadable, read_count, read_number, read_text

USUAL = {
    "item_id": "item_id", "product_id": "item_id", "productid": "item_id", "sku": "item_id", "goods_id": "item_id",
    "commodity_id": "item_id", "se_la": "item_id",
    "category": "category", "product_category": "category", "item_category": "category",
    "price": "price", "unit_price": "price", "product_price": "price", "item_price": "price",
    "quantity": "quantity", "product_quantity": "quantity",
    "order_id": "order_id", "orderid": "order_id", "transaction_id": "order_id",
    "slot": "slot", "list_id": "slot", "position": "position", "recommendation_id": "recommendation_id",
    "propensity": "propensity",
}  # fmt: skip
"""Properties as the trackers' specifications and demos name them, without capitals."""
OF_ITEMS = ("item_id", "category", "price", "quantity", "position", "propensity")
"""Fields that a product of an order or cart has of its own."""

Fields = dict[str, str | float | int | None]


class PropertyTable:
    """Which field a property is: by the operator's own names first, then by the usual ones."""

    def __init__(self, own: Mapping[str, str]) -> None:
        self._own = own

    def take(self, properties: Document, *, but: tuple[str, ...] = ()) -> Fields:
        """Take the fields out of properties, the others stay; of two properties for one field the first counts.

        A position or propensity that does not read stays where it is; a price or quantity that does not raises
        Unreadable.
        """
        fields: Fields = {}
        for name in list(properties):
            field = self._own.get(name) or USUAL.get(name.lower())
            if field is None or field in but or field in fields:
                continue
            value = _read(field, properties[name])
            if value is not None:
                fields[field] = value
                del properties[name]
        return fields


def _read(field: str, value: object) -> str | float | int | None:
    if field == "price":
        return read_number(value)
    if field == "quantity":
        return read_count(value)
    if field == "position":
        return _read_position(value)
    if field == "propensity":
        return _read_propensity(value)
    return read_text(value)


def _read_position(value: object) -> int | None:
    try:
        position = read_count(value)
    except Unreadable:
        return None
    return position if position is not None and position >= 1 else None


def _read_propensity(value: object) -> float | None:
    try:
        propensity = read_number(value)
    except Unreadable:
        return None
    return propensity if propensity is not None and 0 < propensity <= 1 else None


def write_extra(rest: Document) -> str | None:
    """Write what nobody took as JSON, without nulls; null where nothing is left."""
    left = {name: value for name, value in rest.items() if value is not None}
    return msgspec.json.encode(left).decode() if left else None
