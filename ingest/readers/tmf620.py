"""TMF620: product offerings of TM Forum's Product Catalogue Management API, each one JSON object."""

from collections.abc import Iterator, Sequence
from functools import partial

import dataframely as dy
import msgspec
import polars as pl

from ingest.events import CHANNELS
from ingest.lines import Batch, Line
from ingest.mapping import Clock, Mapping
from ingest.readers.pairing import Pair, pair_all
from ingest.readers.times import read_times
from ingest.refusals import BadInput

SOLD = frozenset({"active", "launched"})
UNSOLD = frozenset({"in study", "in design", "in test", "rejected", "retired", "obsolete"})
"""The standard's lifecycle: only the first two are for sale."""
CLOSED = "1970-01-01T00:00:00Z"
"""What went off sale then was never on it."""
AGE = frozenset({"minage", "min_age", "minimum age"})
"""Characteristics that tell an age gate."""
ROW = {
    "line": pl.Int64, "text": pl.String, "item_id": pl.String, "name": pl.String, "category": pl.String,
    "price": pl.Float64, "on_sale_from": pl.String, "on_sale_to": pl.String, "channels": pl.String,
    "requires": pl.String, "excludes": pl.String, "min_age": pl.Int64, "attributes": pl.String, "reason": pl.String,
}  # fmt: skip


class Named(msgspec.Struct, frozen=True):
    """A reference to something that has an id or a name."""

    id: str | int | None = None
    name: str | None = None

    @property
    def word(self) -> str:
        """Name it in one word."""
        return "_".join(str(self.name or self.id or "").split())


class Period(msgspec.Struct, frozen=True, rename="camel"):
    """From when to when something holds."""

    start_date_time: str | None = None
    end_date_time: str | None = None


class Amount(msgspec.Struct, frozen=True):
    """An amount of money."""

    value: float | None = None


class Money(msgspec.Struct, frozen=True, rename="camel"):
    """A price; versions of the standard write its amount in one of three places."""

    value: float | None = None
    tax_included_amount: Amount = Amount()
    duty_free_amount: Amount = Amount()


class Price(msgspec.Struct, frozen=True):
    """One price of an offering; by reference it has no amount."""

    price: Money = Money()


class Relationship(msgspec.Struct, frozen=True, rename="camel"):
    """What an offering has to do with another."""

    id: str | int
    relationship_type: str = ""


class Value(msgspec.Struct, frozen=True):
    """One value of a characteristic."""

    value: str | int | float | bool | None = None


class Characteristic(msgspec.Struct, frozen=True, rename="camel"):
    """What an offering is like."""

    name: str = ""
    product_spec_characteristic_value: list[Value] = []


class Offering(msgspec.Struct, frozen=True, rename="camel"):
    """A product offering, as far as lists of products need it."""

    id: str | int
    name: str | None = None
    lifecycle_status: str | None = None
    is_sellable: bool = True
    is_bundle: bool = False
    valid_for: Period = Period()
    category: list[Named] = []
    channel: list[Named] = []
    product_offering_price: list[Price] = []
    product_offering_relationship: list[Relationship] = []
    prod_spec_char_value_use: list[Characteristic] = []


def open_offerings(head: Batch, mapping: Mapping | None, where: str, zone: str | None = None) -> Pair:  # noqa: ARG001
    """Open offerings; raises `BadInput` where a mapping is passed, since the standard says what each field means."""
    if mapping is not None:
        raise BadInput("TMF620 needs no mapping", where, "Leave out --map; --format ndjson takes one.")
    return pair_all(partial(read_offerings, clock=Clock(zone=zone or "UTC")))


def read_offerings(lines: dy.DataFrame[Line], clock: Clock) -> pl.DataFrame:
    """Read lines as product offerings, and take of each what `Product` holds.

    What is not launched, not sellable, or sold on none of our channels is in the catalogue and was never on sale.
    Reasons: `bad_json`, `missing_field` (the id), `not_a_value`, `bad_time`, `bad_number` (an age), `bad_value` (a
    lifecycle that the standard does not know, an id that holds a blank).
    """
    numbered = zip(lines["line"].to_list(), lines["text"].to_list(), strict=True)
    rows = pl.DataFrame([_read(line, text) for line, text in numbered], schema=ROW, orient="row")
    moments = {name: read_times(rows[name], clock) for name in ("on_sale_from", "on_sale_to")}
    lost = pl.any_horizontal(rows[name].is_not_null() & moment.is_null() for name, moment in moments.items())
    return rows.with_columns(*moments.values(), reason=pl.coalesce("reason", pl.when(lost).then(pl.lit("bad_time"))))


def _read(line: int, text: str) -> dict[str, object]:
    try:
        offering = msgspec.convert(_drop_nulls(msgspec.json.decode(text)), Offering)
    except msgspec.ValidationError as fault:
        lacking = "missing required field `id`" in str(fault) and "$." not in str(fault)
        return {"line": line, "text": text, "reason": "missing_field" if lacking else "not_a_value"}
    except (msgspec.DecodeError, RecursionError):
        return {"line": line, "text": text, "reason": "bad_json"}
    return {"line": line, "text": text, **_describe(offering), "reason": _judge(offering)}


def _drop_nulls(document: object) -> object:
    """Take what is null for what is not there."""
    if isinstance(document, dict):
        return {key: _drop_nulls(value) for key, value in document.items() if value is not None}
    return [_drop_nulls(value) for value in document if value is not None] if isinstance(document, list) else document


def _describe(offering: Offering) -> dict[str, object]:
    age, amounts = _find_age(offering), map(_find_amount, offering.product_offering_price)
    return {
        "item_id": str(offering.id).strip(),
        "name": offering.name,
        "category": next((kind.name or str(kind.id) for kind in offering.category if kind.word), None),
        "price": next((amount for amount in amounts if amount is not None), None),
        "on_sale_from": offering.valid_for.start_date_time,
        "on_sale_to": offering.valid_for.end_date_time if _is_sold(offering) else CLOSED,
        "channels": _join(_list_channels(offering)),
        "requires": _join(_relate(offering, "requires")),
        "excludes": _join(_relate(offering, "excludes")),
        "min_age": int(age) if age.isdecimal() else None,
        "attributes": _join(_list_words(offering)),
    }


def _judge(offering: Offering) -> str | None:
    """Say why an offering cannot be used, or nothing."""
    if not str(offering.id).strip():
        return "missing_field"
    ids = [str(offering.id).strip(), *(str(other.id) for other in offering.product_offering_relationship)]
    status = (offering.lifecycle_status or "launched").strip().lower()
    if status not in SOLD | UNSOLD or any(len(name.split()) != 1 for name in ids):
        return "bad_value"
    age = _find_age(offering)
    return None if not age or age.isdecimal() else "bad_number"


def _is_sold(offering: Offering) -> bool:
    status = (offering.lifecycle_status or "launched").strip().lower()
    elsewhere = bool(offering.channel) and not _list_channels(offering)
    return status in SOLD and offering.is_sellable and not elsewhere


def _find_amount(price: Price) -> float | None:
    money = price.price
    amounts = (money.value, money.tax_included_amount.value, money.duty_free_amount.value)
    return next((amount for amount in amounts if amount is not None), None)


def _list_channels(offering: Offering) -> list[str]:
    named = {str(text).strip().lower() for channel in offering.channel for text in (channel.id, channel.name)}
    return [channel for channel in CHANNELS if channel in named]


def _relate(offering: Offering, kind: str) -> list[str]:
    related = offering.product_offering_relationship
    return [str(other.id) for other in related if other.relationship_type.strip().lower() == kind]


def _find_age(offering: Offering) -> str:
    """Find what is said of an age gate; nothing where nothing is."""
    gates = (each for each in offering.prod_spec_char_value_use if each.name.strip().lower() in AGE)
    values = (value.value for gate in gates for value in gate.product_spec_characteristic_value)
    return next((str(value) for value in values if value is not None), "")


def _list_words(offering: Offering) -> Iterator[str]:
    """List characteristics as words: name=value, blanks underlined."""
    yield from ["bundle"] if offering.is_bundle else []
    for each in offering.prod_spec_char_value_use:
        for value in each.product_spec_characteristic_value if each.name.strip().lower() not in AGE else ():
            if value.value is not None and each.name.strip():
                yield f"{'_'.join(each.name.split())}={'_'.join(str(value.value).split())}"


def _join(words: Sequence[str] | Iterator[str]) -> str | None:
    return " ".join(dict.fromkeys(words)) or None
