import json
from functools import partial

import polars as pl
import pytest

from ingest import BadInput, Product, Source, choose_format, split_lines, take_products
from ingest.mapping import Clock
from ingest.readers.tmf620 import read_offerings
from tests.intake import map_columns, pseudonym

WHOLE = {
    "id": "BB-09", "name": "Mesh 路由器", "lifecycleStatus": "Launched", "isBundle": False, "isSellable": True,
    "validFor": {"startDateTime": "2026-03-02T00:00:00+08:00", "endDateTime": "2026-04-01T00:00:00Z"},
    "category": [{"id": "c7", "name": "broadband", "@referredType": "Category"}],
    "channel": [{"id": "1", "name": "Web"}, {"id": "app"}, {"id": "9", "name": "Shop"}],
    "productOfferingPrice": [{"id": "p1"}, {"id": "p2", "price": {"unit": "CNY", "value": 15.5}}],
    "productOfferingRelationship": [
        {"id": "BB-04", "relationshipType": "requires"}, {"id": "BB-03", "relationshipType": "Excludes"},
        {"id": "BB-01", "relationshipType": "migration"},
    ],
    "prodSpecCharValueUse": [
        {"name": "brand", "productSpecCharacteristicValue": [{"value": "Acme Net", "isDefault": True}]},
        {"name": "minAge", "productSpecCharacteristicValue": [{"value": 18}]},
    ],
    "description": None, "attachment": [{"url": "https://x"}],
}  # fmt: skip
BARE = {"id": "A"}
AGELESS = [{"name": "minAge", "productSpecCharacteristicValue": [{"value": "adult"}]}]


def take(*offerings: object):
    texts = [each if isinstance(each, str) else json.dumps(each, ensure_ascii=False) for each in offerings]
    (batch,) = split_lines(["".join(f"{text}\n" for text in texts).encode()])
    return take_products(batch, partial(read_offerings, clock=Clock()), Source("c.json", "f", "tmf620"), pseudonym)


def test_an_offering_becomes_a_product():
    product = Product.validate(take(WHOLE).rows).row(0, named=True)
    moments = [product.pop(name).isoformat() for name in ("on_sale_from", "on_sale_to")]
    assert moments == ["2026-03-01T16:00:00+00:00", "2026-04-01T00:00:00+00:00"]
    assert product == {
        "item_id": "BB-09", "name": "Mesh 路由器", "category": "broadband", "price": 15.5, "margin": None,
        "channels": "web app", "requires": "BB-04", "excludes": "BB-03", "min_age": 18, "attributes": "brand=Acme_Net",
    }  # fmt: skip


def test_an_id_is_enough():
    assert Product.validate(take({**BARE, "validFor": None, "category": None}).rows).row(0) == ("A", *[None] * 11)


@pytest.mark.parametrize(
    "told",
    [
        {"lifecycleStatus": "Retired"},
        {"lifecycleStatus": "In test"},
        {"isSellable": False},
        {"channel": [{"id": "shop"}]},
    ],
)
def test_what_is_not_sold_is_in_the_catalogue_and_was_never_on_sale(told):
    row = take(BARE | told).rows.row(0, named=True)
    assert (row["item_id"], row["on_sale_to"].year) == ("A", 1970)


def test_a_bundle_says_so_and_older_prices_are_read():
    price = [{"price": {"taxIncludedAmount": {"value": 9, "unit": "EUR"}, "dutyFreeAmount": {"value": 8}}}]
    row = take({"id": 7, "isBundle": True, "productOfferingPrice": price}).rows.row(0, named=True)
    assert (row["item_id"], row["attributes"], row["price"]) == ("7", "bundle", 9.0)


@pytest.mark.parametrize(
    ("offering", "reason"),
    [
        ("{", "bad_json"),
        ('"BB-09"', "not_a_value"),
        ({"name": "without an id"}, "missing_field"),
        ({"id": " "}, "missing_field"),
        ({"id": None}, "missing_field"),
        ({"id": ["A"]}, "not_a_value"),
        (BARE | {"category": "plan"}, "not_a_value"),
        (BARE | {"lifecycleStatus": "Maybe"}, "bad_value"),
        ({"id": "A B"}, "bad_value"),
        (BARE | {"productOfferingRelationship": [{"id": "A B", "relationshipType": "requires"}]}, "bad_value"),
        (BARE | {"productOfferingRelationship": [{"relationshipType": "requires"}]}, "not_a_value"),
        (BARE | {"productOfferingPrice": [{"price": {"value": -1}}]}, "bad_value"),
        (BARE | {"productOfferingPrice": [{"price": {"value": "dear"}}]}, "not_a_value"),
        (BARE | {"validFor": {"startDateTime": "soon"}}, "bad_time"),
        (BARE | {"prodSpecCharValueUse": AGELESS}, "bad_number"),
        ("[" * 5_000 + "]" * 5_000, "bad_json"),
    ],
)
def test_a_bad_offering_is_put_aside_with_its_reason_and_the_others_stay(offering, reason):
    taken = take(BARE, offering, WHOLE)
    assert taken.quarantined["reason"].to_list() == [reason]
    assert taken.rows["item_id"].to_list() == ["A", "BB-09"]


def test_the_standard_needs_no_mapping():
    (head,) = split_lines([b'{"id": "A"}\n'])
    with pytest.raises(BadInput, match="needs no mapping"):
        choose_format("tmf620", head, map_columns(into="products", fields={"item_id": "id"}), "c.json")


def test_no_offerings_make_no_products():
    lines = pl.DataFrame(schema={"line": pl.Int64, "text": pl.String})
    assert read_offerings(lines, Clock()).is_empty()
