"""What becomes of a tracker's event."""

import json

import pytest

from ingest import REASONS
from tests.intake import pseudonym
from tests.trackers import (
    BATCH,
    PHONE,
    find_reason,
    posthog,
    read_event,
    segment,
    sensors,
    snowplow,
    spool,
    spool_batch,
    take_spool,
    token,
)

PRODUCT = "https://wt.example/product/PL-01?utm_campaign=dx%2011"
VISITOR, CUSTOMER = pseudonym("visitor", "device"), pseudonym("customer", PHONE)
SHOP_SCHEMA = "iglu:com.snowplowanalytics.snowplow.ecommerce"


def ecommerce(action: str, *entities: tuple[str, dict]) -> dict:
    """Write an action of Snowplow's e-commerce plug-in with its entities."""
    data = {"schema": f"{SHOP_SCHEMA}/snowplow_ecommerce_action/jsonschema/1-0-2", "data": {"type": action}}
    context = [{"schema": f"{SHOP_SCHEMA}/{name}/jsonschema/1-0-0", "data": said} for name, said in entities]
    return snowplow(
        "ue", ue_pr={"schema": "iglu:x/unstruct_event/jsonschema/1-0-0", "data": data}, co={"data": context}
    )


def describe(schema: str, **data: object) -> dict:
    """Write a self-describing event of Snowplow's."""
    return snowplow("ue", ue_pr={"schema": "iglu:x/y/jsonschema/1-0-0", "data": {"schema": schema, "data": data}})


VIEWS = {
    "snowplow": snowplow("pv", url=PRODUCT, refr="https://wt.example/?q=1", page="套餐"),
    "sensors": {**sensors("$pageview", **{"$url": PRODUCT, "$referrer": "https://wt.example/?q=1", "$title": "套餐"}), "anonymous_id": token("device")},
    "segment": segment("page", name="套餐", properties={"url": PRODUCT, "referrer": "https://wt.example/?q=1"}),
    "posthog": posthog("$pageview", **{"$current_url": PRODUCT, "$referrer": "https://wt.example/?q=1", "title": "套餐"}),
}  # fmt: skip


@pytest.mark.parametrize("tracker", VIEWS)
def test_a_page_view_is_what_the_site_map_says_of_its_address(tracker):
    event = read_event(tracker, VIEWS[tracker])
    assert (event["name"], event["page"], event["item_id"], event["stage"]) == ("view_item", "product", "PL-01", "page")
    assert (event["channel"], event["visitor_id"], event["customer_id"]) == ("web", VISITOR, None)
    assert (event["campaign"], event["referrer"]) == ("dx 11", "https://wt.example/")
    assert json.loads(event["extra"])["title"] == "套餐"


def test_a_page_that_the_site_map_does_not_know_is_a_page_view():
    assert read_event("snowplow", snowplow("pv", url="https://wt.example/pay#top"))["name"] == "page_view"


def test_the_route_behind_a_sign_of_a_single_page_application_is_part_of_its_location():
    assert read_event("snowplow", snowplow("pv", url="https://wt.example/h5#/pay?x=1"))["page"] == "/h5#/pay"


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


LOGINS = {
    "sensors": {**sensors("$SignUp", "track_signup"), "distinct_id": token(PHONE), "original_id": token("device")},
    "segment": segment("identify", userId=token(PHONE)),
    "segment alias": segment("alias", userId=token(PHONE), previousId=token("device"), anonymousId=None),
    "posthog": {**posthog("$identify", **{"$anon_distinct_id": token("device")}), "distinct_id": token(PHONE)},
    "posthog alias": posthog("$create_alias", alias=token(PHONE), **{"$device_id": None}),
}  # fmt: skip


@pytest.mark.parametrize("kind", LOGINS)
def test_an_event_that_identifies_names_the_customer_of_a_visitor(kind):
    event = read_event(kind.split()[0], LOGINS[kind])
    assert (event["name"], event["visitor_id"], event["customer_id"]) == ("login", VISITOR, CUSTOMER)


def test_one_phone_number_is_one_customer_whatever_the_tracker():
    said = {
        "snowplow": snowplow("pv", uid=token(PHONE)),
        "sensors": {**sensors(), "distinct_id": token(f"+86 {PHONE}"), "login_id": token(f"+86 {PHONE}")},
        "segment": segment(event="AddToCart", userId=token(PHONE)),
        "posthog": {**posthog("AddToCart", **{"$is_identified": True}), "distinct_id": token(PHONE)},
    }
    assert {read_event(tracker, event)["customer_id"] for tracker, event in said.items()} == {CUSTOMER}


def test_a_login_that_arrives_after_later_events_still_happened_before_them():
    cart = {**sensors("AddToCart", product_id="PL-01"), "time": 1772438402000, "login_id": token(PHONE)}
    login = {**sensors("$SignUp", "track_signup"), "time": 1772438401000, "distinct_id": token(PHONE)}
    rows = take_spool(spool_batch("sensors", cart, login)).rows.sort("occurred_at")
    assert rows["name"].to_list() == ["login", "add_to_cart"]


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


@pytest.mark.parametrize(
    ("tracker", "event", "fields", "channel"),
    [
        ("snowplow", snowplow("pv", url="https://wt.example/"), {}, "web"),
        ("snowplow", snowplow("pv", url="https://WAP.wt.example:8080/"), {}, "wap"),
        ("snowplow", snowplow("pv", p="mob", tv="andr-6.0.0"), {}, "app"),
        ("snowplow", snowplow("pv", tv="py-1.1.0", aid="wap"), {}, "wap"),
        ("sensors", sensors("$AppViewScreen", **{"$lib": "Android", "$screen_name": "Pay"}), {}, "app"),
        ("sensors", sensors("$pageview", channel="掌厅"), {}, "app"),
        ("segment", segment("page", context={"library": {"name": "analytics-python"}}), {}, "web"),
        ("segment", segment("page", properties={"url": "https://wap.example/"}), {"key": "app"}, "app"),
        ("posthog", posthog("$screen", **{"$lib": "posthog-ios", "$screen_name": "Pay"}), {}, "app"),
    ],
)
def test_the_channel_follows_from_key_library_and_address(tracker, event, fields, channel):
    assert read_event(tracker, event, **fields)["channel"] == channel


def test_the_settings_say_which_key_and_which_address_are_which_channel():
    said = [spool("snowplow", snowplow("pv", url="https://wt.example/h5/pay"), key="wk_7")]
    assert take_spool(said, channels={"wk_7": "app"}).rows["channel"].to_list() == ["app"]
    assert take_spool(said, wap=("wt.example/h5/*",)).rows["channel"].to_list() == ["wap"]


def test_an_event_without_any_channel_is_refused_where_the_settings_name_none():
    said = [spool("segment", segment(event="AddToCart", context={}))]
    assert take_spool(said, otherwise="").quarantined["reason"].to_list() == ["no_channel"]


def test_a_screen_of_the_app_goes_through_the_site_map():
    said = sensors("$AppViewScreen", **{"$lib": "iOS", "$screen_name": "/product/PL-01"})
    assert read_event("sensors", said)["page"] == "product"


def test_a_servers_library_is_no_robot_and_a_pages_robot_is_one():
    server = segment(event="AddToCart", context={"library": {"name": "analytics-python"}})
    assert read_event("segment", server, agent="python-requests/2.34.2")["robot"] is None
    assert read_event("snowplow", snowplow(), agent="Googlebot/2.1")["robot"] == "known_agent"


def test_a_page_without_an_id_is_told_apart_by_address_and_agent():
    one, two = ({**snowplow(), "duid": None, "eid": eid} for eid in "ab")
    rows = take_spool([spool("snowplow", event, address=token("10.0.0.1"), agent="M") for event in (one, two)]).rows
    assert rows["visitor_id"].n_unique() == 1
    assert find_reason("snowplow", {**one, "tv": "py-1.1.0"}, address=token("10.0.0.1")) == "no_visitor"


def test_an_event_sent_again_has_the_same_id_and_stands_once_in_a_batch_of_its_own():
    first = take_spool(spool_batch("sensors", sensors("$pageview"), sensors("AddToCart"))).rows
    again = take_spool(
        [spool("sensors", sensors("AddToCart"), batch="f" * 32, received_at="2026-03-02T08:01:00Z")]
    ).rows
    assert again["event_id"].item() == first["event_id"][1]


@pytest.mark.parametrize("time", [1772438400000, None])
def test_an_event_without_an_id_gets_one_from_its_batch_and_place(time):
    """Whenever it is received, and whatever its corrected time is then."""
    plain = {**{key: value for key, value in sensors("AddToCart").items() if key != "_track_id"}, "time": time}
    sent = {"sent_at": "2026-03-02T07:00:00Z"}
    ids = take_spool(spool_batch("sensors", plain, plain, **sent)).rows["event_id"]
    again = take_spool(spool_batch("sensors", plain, plain, received_at="2026-03-02T09:00:00Z", **sent)).rows
    elsewhere = take_spool([spool("sensors", plain, batch="f" * 32, **sent)]).rows["event_id"]
    assert ids.n_unique() == 2
    assert again["event_id"].to_list() == ids.to_list()
    assert not set(elsewhere) & set(ids)


def test_an_event_stands_in_its_batch_not_in_a_file():
    rows = take_spool(spool_batch("posthog", posthog("$pageview"), posthog("$pageleave"))).rows
    assert rows.select("source", "line").rows() == [(BATCH, 1), (BATCH, 2)]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "not_spool"),
        ('{"tracker":"snowplow"}', "not_spool"),
        (spool("matomo", {}), "not_spool"),
        (spool("snowplow", {}, received_at="soon"), "not_spool"),
        (spool("snowplow", None, fault="bad_json", raw="{"), "bad_json"),
        (spool("segment", None, fault="not_an_event", raw="7"), "not_an_event"),
        (spool("posthog", None, fault="event_too_long", raw="{"), "event_too_long"),
        (spool("snowplow", None), "not_an_event"),
        (spool("snowplow", {"eid": "1"}), "not_an_event"),
        (spool("snowplow", snowplow("ue", ue_pr="no json")), "not_an_event"),
        (spool("sensors", {"event": "x"}), "not_an_event"),
        (spool("segment", {"type": "dance"}), "not_an_event"),
        (spool("segment", segment(event=None)), "missing_field"),
        (spool("posthog", {"event": {"name": "x"}}), "not_an_event"),
        (spool("snowplow", snowplow(dtm="yesterday")), "bad_time"),
        (spool("sensors", {**sensors(), "time": 9e18}), "bad_time"),
        (spool("segment", segment(event="Product Added", properties={"price": "dear"})), "bad_number"),
        (spool("segment", segment(event="Product Added", properties={"quantity": 1.5})), "bad_number"),
    ],
)
def test_what_is_no_event_goes_into_quarantine_with_its_reason(line, reason):
    taken = take_spool([line])
    assert (len(taken.rows), taken.quarantined["reason"].to_list()) == (0, [reason])
    assert taken.quarantined["raw"].item().decode() == line
    assert reason in REASONS


def test_what_nobody_mapped_is_kept_beside():
    event = read_event("sensors", sensors("AddToCart", product_id="PL-01", colour="red", size={"w": 3}, nothing=None))
    assert json.loads(event["extra"]) == {"event": "AddToCart", "colour": "red", "size": {"w": 3}}


def test_a_position_in_words_is_kept_beside():
    event = read_event("sensors", sensors("AddToCart", position="top"))
    assert (event["position"], json.loads(event["extra"])["position"]) == (None, "top")


def test_no_number_is_kept_of_a_line_that_shows_one():
    said = snowplow(
        "pv", url=f"https://wt.example/u/{PHONE}?tel={PHONE}", page=f"Hello {PHONE}", refr=f"https://x/{PHONE}"
    )
    taken = take_spool([spool("snowplow", said), spool("snowplow", {**said, "e": f"call {PHONE}"})])
    assert (len(taken.rows), len(taken.quarantined)) == (1, 1)
    assert PHONE not in taken.rows.write_csv()
    assert PHONE not in taken.quarantined["raw"].item().decode()


def test_what_the_collector_hid_shows_nobody_either():
    hidden = token(PHONE)
    said = snowplow("pv", url=f"https://wt.example/u/{hidden}/x", page=f"Hello {hidden}", refr=f"https://x/{hidden}")
    event = read_event("snowplow", said)
    assert (event["page"], event["referrer"]) == ("/u/<phone>/x", "https://x/<phone>")
    assert json.loads(event["extra"]) == {"title": "Hello <phone>"}
