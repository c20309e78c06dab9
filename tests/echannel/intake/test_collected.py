"""What real trackers sent, from the wire through the spool into the lake."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from aiohttp.test_utils import TestClient, TestServer
from yarl import URL

from api import CollectorSettings, ServeSettings, create_app
from echannel.drain import drain_spool
from echannel.places import find_spool_folder
from echannel.workspace import open_workspace

FILE = "fixtures/tracker_requests_captured.jsonl"
OURS = ("/com.snowplow", "/i?", "/sa", "/v1/batch", "/batch/", "/e/")
PHONE = "13800000000"
RECEIVED = datetime(2026, 11, 21, 18, 40, tzinfo=UTC)
"""Some minutes after the last request was captured, so that every clock is to be corrected."""


@pytest.fixture(scope="session")
def captured(data_dir):
    file = data_dir.parent / FILE
    if not file.is_file():
        pytest.skip(f"{FILE} beside the folder ECHANNEL_TEST_DATA is needed to run this test")
    requests = [json.loads(line) for line in file.read_text().splitlines()]
    return [request for request in requests if request.get("path", "").startswith(OURS)]


async def send(requests, space, at=RECEIVED):
    """Send captured requests to a collector at a time, and let it finish its file."""
    settings = ServeSettings(collector=CollectorSettings(reserve_bytes=0), access_log=False)
    spool = find_spool_folder(space.lake.folder)
    app = create_app(settings, space.serving_folder, space.pseudonym, spool_folder=spool, clock=at.timestamp)
    async with TestClient(TestServer(app)) as client:
        for request in requests:
            body = gzip.compress(request["body"].encode()) if request["gz"] else request["body"].encode()
            headers = {
                k: v for k, v in request["headers"].items() if k.lower() not in ("host", "content-length", "connection")
            }
            answer = await client.request(
                request["method"], URL(request["path"], encoded=True), data=body or None, headers=headers
            )
            assert answer.status == 200


@pytest.fixture
async def space(captured, tmp_path):
    space = open_workspace(tmp_path / "lake", None)
    await send(captured, space)
    return space


@pytest.fixture
def events(space):
    drain_spool(space, RECEIVED)
    return space.lake.scan("events").collect()


def find(events, event_id):
    return events.row(by_predicate=pl.col("event_id") == event_id, named=True)


async def test_every_captured_event_is_accounted_for(space):
    ledger = drain_spool(space, RECEIVED)
    assert (ledger.lines, ledger.events, ledger.ignored, ledger.duplicates) == (48, 39, 3, 0)
    assert ledger.reasons == {"no_visitor": 1, "unknown_name": 5}
    assert list(find_spool_folder(space.lake.folder).glob("*.ndjson")) == []


def test_a_page_view_of_snowplow_in_a_browser(events, space):
    event = find(events, "0e671c8f-076c-4e79-8b6b-6369d9585599")
    assert (event["name"], event["page"], event["channel"], event["campaign"]) == ("page_view", "/pay", "web", "dx11")
    assert event["visitor_id"] == space.pseudonym("visitor", "f2f216c3-6e9e-4d50-b4bb-752f266a9c6f")
    assert event["customer_id"] == space.pseudonym("customer", PHONE)
    assert event["referrer"] == "http://wt.example/"
    assert event["device_at"] == datetime(2026, 11, 21, 18, 29, 47, 691_000, UTC)
    assert event["occurred_at"] == RECEIVED - timedelta(milliseconds=16)


def test_the_cart_of_snowplow_in_a_browser(events):
    event = find(events, "9529985d-3ca4-48fd-bf65-6e9ad17350c2")
    assert (event["name"], event["item_id"], event["stage"]) == ("add_to_cart", "P001", "cart")


def test_a_click_in_a_schema_of_the_operators_own(events):
    event = find(events, "eaf592e9-cc26-4888-894a-af0ebc1228f3")
    assert (event["name"], event["item_id"], event["slot"]) == ("select_item", "P001", "3")


def test_segment_in_python(events, space):
    page, cart = (find(events, event_id) for event_id in ("9baa9f08-c4ae-42c9-8195-57ffe52cc779", "5d148ea1-af12-41cf-80bc-88ea6e0947a9"))  # fmt: skip
    assert (page["name"], page["page"], json.loads(page["extra"])["title"]) == ("page_view", "/pay", "缴费")
    assert (cart["name"], cart["item_id"], cart["price"], cart["quantity"]) == ("add_to_cart", "P001", 129.0, 1)
    assert cart["customer_id"] == page["customer_id"] == space.pseudonym("customer", "u1")
    assert page["visitor_id"] == space.pseudonym("visitor", "anon-1")


def test_posthog_in_a_browser_knows_the_device_before_and_after_the_login(events, space):
    view, cart, login = (find(events, event_id) for event_id in (
        "01a1ff5f-48dd-7caa-9219-bda637778b2b", "01a1ff5f-49fe-726a-b5ea-06aa93ee19e2", "01a1ff5f-4a28-711c-99b0-64468641ef3d"))  # fmt: skip
    assert [event["name"] for event in (view, cart, login)] == ["page_view", "add_to_cart", "login"]
    assert len({event["visitor_id"] for event in (view, cart, login)}) == 1
    assert [event["customer_id"] for event in (view, cart, login)] == [None, None, space.pseudonym("customer", "u1")]
    assert (view["campaign"], view["device"]) == ("dx11", "desktop")


def test_the_login_of_sensors_comes_before_what_was_sent_before_it(events, space):
    browser = events.filter(
        visitor_id=space.pseudonym("visitor", "1a1ff6061bb90a-0c5b521a44683a-3a56377d-72405156-1a1ff6061bcad0")
    )
    ordered = browser.sort("device_at")
    assert ordered["name"].to_list() == ["page_view", "add_to_cart", "login", "user_engagement", "purchase"]
    assert ordered["customer_id"].to_list() == [None, None, *[space.pseudonym("customer", PHONE)] * 3]
    assert set(ordered["campaign"]) == {"dx11"}


def test_sensors_in_python_sends_no_ids_and_its_events_are_told_apart_all_the_same(events):
    server = events.filter(pl.col("extra").str.contains("app_version", literal=True))
    assert sorted(server["name"]) == ["login", "login", "purchase", "purchase", "view_item", "view_item"]
    assert server["event_id"].n_unique() == 6
    assert server["occurred_at"].equals(server["device_at"]), "it does not say when it sent them"


async def test_all_sent_again_changes_nothing(captured, space, events):
    await send(captured, space, RECEIVED + timedelta(seconds=30))
    ledger = drain_spool(space, RECEIVED)
    assert (ledger.events, ledger.duplicates) == (0, 39)
    assert space.lake.scan("events").collect().equals(events)


async def test_no_number_is_anywhere_on_the_disk(captured, space, tmp_path):
    def list_files():
        return [path for path in Path(tmp_path).rglob("*") if path.is_file()]

    assert any(PHONE in request["body"] + request["path"] for request in captured)
    assert not [path for path in list_files() if PHONE.encode() in path.read_bytes()], "in the spool"
    drain_spool(space, RECEIVED)
    for path in list_files():
        plain = (
            pl.read_parquet(path).cast(pl.String, strict=False).write_json().encode()
            if path.suffix == ".parquet"
            else path.read_bytes()
        )
        assert PHONE.encode() not in plain, path
    assert len([path for path in list_files() if path.suffix == ".parquet"]) >= 4
