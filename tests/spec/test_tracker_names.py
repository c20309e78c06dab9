"""What a tracker calls its events and properties gets our names; the operator's own go first."""

import json

import pytest

from tests.trackers import describe, ecommerce, posthog, read_event, segment, sensors, snowplow, spool, take_spool

PRODUCT = "https://wt.example/product/PL-01?utm_campaign=dx%2011"


@pytest.mark.parametrize(
    ("tracker", "event", "name"),
    [
        ("snowplow", snowplow("pp", url=PRODUCT), "user_engagement"),
        ("snowplow", snowplow("se", se_ca="cart", se_ac="add", se_la="PL-01"), "add_to_cart"),
        ("snowplow", snowplow("se", se_ca="shop", se_ac="Add to Cart", se_la="PL-01"), "add_to_cart"),
        ("snowplow", snowplow("ti", ti_id="O1", ti_sk="PL-01", ti_pr="129", ti_qu="1"), "purchase"),
        ("snowplow", describe("iglu:cn.telco/click/jsonschema/1-0-0", sku="PL-01"), "select_item"),
        ("snowplow", describe("iglu:cn.telco/click/jsonschema/1-0-0", slot=3), "user_engagement"),
        ("snowplow", describe("iglu:com.snowplowanalytics.snowplow/link_click/jsonschema/1-0-1"), "user_engagement"),
        ("snowplow", ecommerce("product_view", ("product", {"id": "PL-01"})), "view_item"),
        ("snowplow", ecommerce("checkout_step", ("checkout_step", {"step": 2, "payment_method": "card"})), "add_payment_info"),
        ("sensors", sensors("$WebClick"), "user_engagement"),
        ("sensors", sensors("$AppStart"), "user_engagement"),
        ("sensors", sensors("AddToShoppingCart"), "add_to_cart"),
        ("sensors", sensors("add_to_cart"), "add_to_cart"),
        ("segment", segment(event="Products Searched"), "search"),
        ("segment", segment(event="Checkout Started"), "begin_checkout"),
        ("segment", segment(event="Checkout Step Completed", properties={"step": 1}), "begin_checkout"),
        ("segment", segment(event="Checkout Step Completed", properties={"shipping_method": "post"}), "add_shipping_info"),
        ("segment", segment(event="Payment Info Entered"), "add_payment_info"),
        ("segment", segment(event="Order Refunded", properties={"order_id": "O1"}), "refund"),
        ("segment", segment("screen", name="/product/PL-01"), "view_item"),
        ("posthog", posthog("$autocapture"), "user_engagement"),
        ("posthog", posthog("$pageleave"), "user_engagement"),
        ("posthog", posthog("view_item", product_id="PL-01"), "view_item"),
    ],
)  # fmt: skip
def test_what_a_tracker_calls_an_event_gets_its_name_in_the_vocabulary_of_ga4(tracker, event, name):
    assert read_event(tracker, event)["name"] == name


def test_a_name_that_nobody_knows_waits_in_quarantine_until_the_settings_tell_it():
    unknown = spool("sensors", sensors("提交业务", product_id="PL-01"))
    assert take_spool([unknown]).quarantined["reason"].to_list() == ["unknown_name"]
    known = take_spool([unknown], names={"提交业务": "purchase"})
    assert known.rows.select("name", "item_id").rows() == [("purchase", "PL-01")]


def test_the_operators_own_names_go_before_the_usual_ones():
    said = [spool("sensors", sensors("SubmitOrder"))]
    assert take_spool(said, names={"SubmitOrder": "add_payment_info"}).rows["name"].to_list() == ["add_payment_info"]
    assert take_spool(said, names={"SubmitOrder": "ignore"}).ignored == 1


def test_the_operators_own_properties_become_fields():
    said = [spool("snowplow", snowplow("se", se_ca="cart", se_ac="add", se_la="PL-01", se_pr="banner", se_va="129"))]
    plain, own = take_spool(said), take_spool(said, properties={"se_pr": "slot", "se_va": "price"})
    assert plain.rows.select("slot", "price").rows() == [(None, None)]
    assert own.rows.select("slot", "price").rows() == [("banner", 129.0)]


@pytest.mark.parametrize(
    ("tracker", "event"),
    [
        ("sensors", sensors(None, "profile_set", plan="5G")),
        ("sensors", sensors(None, "item_set")),
        ("segment", segment("group")),
        ("posthog", posthog("$feature_flag_called")),
    ],
)
def test_what_is_no_action_is_ignored_and_counted(tracker, event):
    taken = take_spool([spool(tracker, event), ""])
    assert (len(taken.rows), len(taken.quarantined), taken.ignored, taken.lines) == (0, 0, 2, 2)


def test_what_nobody_mapped_is_kept_beside():
    event = read_event("sensors", sensors("AddToCart", product_id="PL-01", colour="red", size={"w": 3}, nothing=None))
    assert json.loads(event["extra"]) == {"event": "AddToCart", "colour": "red", "size": {"w": 3}}


def test_a_position_in_words_is_kept_beside():
    event = read_event("sensors", sensors("AddToCart", position="top"))
    assert (event["position"], json.loads(event["extra"])["position"]) == (None, "top")
