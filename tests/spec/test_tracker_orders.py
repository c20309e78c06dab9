"""An order that a tracker saw is one purchase for each of its products; a list shown is a showing of each."""

import json

import pytest

from tests.trackers import ecommerce, posthog, read_event, segment, sensors, spool, take_spool

ORDERS = {
    "segment": segment(event="Order Completed", properties={"order_id": "O1", "total": 178, "products": [
        {"product_id": "PL-01", "price": 129, "quantity": 1, "name": "5G"}, {"product_id": "PH-02", "price": 49, "quantity": 2}]}),
    "posthog": posthog("Order Completed", order_id="O1", total=178, products=[
        {"product_id": "PL-01", "price": 129, "quantity": 1, "name": "5G"}, {"product_id": "PH-02", "price": 49, "quantity": 2}]),
    "sensors": sensors("SubmitOrder", order_id="O1", total=178, items=[
        {"product_id": "PL-01", "price": "129", "quantity": 1, "name": "5G"}, {"product_id": "PH-02", "price": 49, "quantity": 2}]),
    "snowplow": ecommerce("transaction", ("transaction", {"transaction_id": "O1", "total": 178}),
        ("product", {"id": "PL-01", "price": 129, "quantity": 1, "name": "5G"}), ("product", {"id": "PH-02", "price": 49, "quantity": 2})),
}  # fmt: skip


@pytest.mark.parametrize("tracker", ORDERS)
def test_an_order_becomes_one_purchase_for_each_of_its_products(tracker):
    taken = take_spool([spool(tracker, ORDERS[tracker])])
    columns = ["name", "order_id", "item_id", "price", "quantity", "line"]
    assert taken.rows.select(columns).rows() == [
        ("purchase", "O1", "PL-01", 129.0, 1, 1),
        ("purchase", "O1", "PH-02", 49.0, 2, 1),
    ]
    first, second = taken.rows["event_id"]
    assert second == f"{first}#2"
    assert json.loads(taken.rows["extra"][0])["total"] == 178


@pytest.mark.parametrize("tracker", ORDERS)
def test_an_order_of_several_products_is_one_line_in_the_ledger(tracker):
    taken = take_spool([spool(tracker, ORDERS[tracker]), "", "no line of the spool"])
    assert taken.lines == 3 == len(taken.rows) - taken.further + len(taken.quarantined) + taken.ignored


def test_an_order_is_refused_whole_where_one_of_its_products_cannot_be():
    order = segment(
        event="Order Completed", properties={"products": [{"sku": "A", "price": -1}, {"sku": "B", "price": 5}]}
    )
    taken = take_spool([spool("segment", order)])
    assert (len(taken.rows), taken.quarantined["reason"].to_list(), taken.further) == (0, ["bad_value"], 0)


def test_a_list_of_products_seen_stays_one_event_that_keeps_them():
    event = read_event(
        "segment",
        segment(event="Product List Viewed", properties={"list_id": "hot", "products": [{"sku": "A"}, {"sku": "B"}]}),
    )
    assert (event["name"], event["item_id"], event["slot"]) == ("view_item_list", None, "hot")
    assert json.loads(event["extra"])["products"] == [{"sku": "A"}, {"sku": "B"}]


def test_a_list_whose_products_tell_their_positions_is_a_showing_of_each():
    products = [{"sku": "A", "position": 1, "propensity": 0.9}, {"sku": "B", "position": 2, "propensity": 7}]
    properties = {"list_id": "hot", "recommendation_id": "r1", "products": products}
    taken = take_spool([spool("segment", segment(event="Product List Viewed", properties=properties))])
    assert taken.rows.select("item_id", "slot", "position", "recommendation_id", "propensity").rows() == [
        ("A", "hot", 1, "r1", 0.9), ("B", "hot", 2, "r1", None),
    ]  # fmt: skip
    assert "7" in str(taken.rows["extra"][1])
