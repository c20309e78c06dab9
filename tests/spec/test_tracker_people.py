"""Whom a tracker saw: one customer has one pseudonym whatever the tracker, and no number is kept."""

import json

import pytest

from tests.intake import pseudonym
from tests.trackers import (
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

VISITOR, CUSTOMER = pseudonym("visitor", "device"), pseudonym("customer", PHONE)

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


def test_a_servers_library_is_no_robot_and_a_pages_robot_is_one():
    server = segment(event="AddToCart", context={"library": {"name": "analytics-python"}})
    assert read_event("segment", server, agent="python-requests/2.34.2")["robot"] is None
    assert read_event("snowplow", snowplow(), agent="Googlebot/2.1")["robot"] == "known_agent"


def test_a_page_without_an_id_is_told_apart_by_address_and_agent():
    one, two = ({**snowplow(), "duid": None, "eid": eid} for eid in "ab")
    rows = take_spool([spool("snowplow", event, address=token("10.0.0.1"), agent="M") for event in (one, two)]).rows
    assert rows["visitor_id"].n_unique() == 1
    assert find_reason("snowplow", {**one, "tv": "py-1.1.0"}, address=token("10.0.0.1")) == "no_visitor"


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
