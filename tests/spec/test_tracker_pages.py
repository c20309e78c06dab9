"""A page or a screen that a tracker saw is what the site map says of it, on the channel that it was on."""

import json

import pytest

from tests.intake import pseudonym
from tests.trackers import posthog, read_event, segment, sensors, snowplow, spool, take_spool, token

VISITOR = pseudonym("visitor", "device")
PRODUCT = "https://wt.example/product/PL-01?utm_campaign=dx%2011"

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
