"""The real Python SDKs of four trackers against a running server: each event they sent is in the spool once."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from tests.api.collector.conftest import Document, read_spool, token
from tests.api.collector.server import Server, start_server

pytestmark = pytest.mark.filterwarnings("ignore")  # other people's code

PHONE = "13800138000"
COUNT = 60


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with start_server(tmp_path) as server:
        yield server


def need(module: str, package: str) -> ModuleType:
    return pytest.importorskip(module, reason=f"pip install {package} to run this test")


def stop_and_read(server: Server) -> list[Document]:
    """End the server, see that nobody's number is anywhere, and read what it kept."""
    logged = server.stop()
    kept = b"".join(path.read_bytes() for path in server.spool.iterdir())
    assert PHONE.encode() not in kept + logged
    return read_spool(server.spool)


def assert_each_once(numbers: list[object], count: int = COUNT) -> None:
    assert Counter(numbers) == Counter(range(count))


@pytest.mark.parametrize("method", ["post", "get"])
@pytest.mark.parametrize("base64", [True, False])
def test_snowplow(server: Server, method: str, base64: bool) -> None:
    need("snowplow_tracker", "snowplow-tracker")
    from snowplow_tracker import (
        Emitter,
        PagePing,
        PageView,
        SelfDescribing,
        SelfDescribingJson,
        StructuredEvent,
        Subject,
        Tracker,
    )

    host, port = server.address.removeprefix("http://").split(":")
    subject = Subject().set_user_id(PHONE).set_domain_user_id("device-1")
    emitter = Emitter(host, protocol="http", port=int(port), method=method, batch_size=7)
    tracker = Tracker("sp", emitter, subject=subject, app_id="webhall", encode_base64=base64)
    for number in range(COUNT):
        context = [SelfDescribingJson("iglu:cn/who/jsonschema/1-0-0", {"userId": PHONE, "n": number})]
        page = f"http://wt.example/p?phone={PHONE}"
        tracker.track(
            (
                PageView(page_url=page, page_title="缴费", context=context),
                StructuredEvent(category="cart", action="add", label=PHONE, context=context),
                SelfDescribing(SelfDescribingJson("iglu:cn/click/jsonschema/1-0-0", {"login": PHONE}), context=context),
                PagePing(page_url=page, context=context),
            )[number % 4]
        )
    tracker.flush()
    lines = stop_and_read(server)
    events = [line["event"] for line in lines]
    assert_each_once([event["co"]["data"][0]["data"]["n"] for event in events])
    assert len({event["eid"] for event in events}) == COUNT
    assert (
        {event["uid"] for event in events} == {token(PHONE)} == {e["co"]["data"][0]["data"]["userId"] for e in events}
    )
    assert {event["duid"] for event in events} == {token("device-1")}
    assert all(event["ue_pr"]["data"]["data"]["login"] == token(PHONE) for event in events if event["e"] == "ue")
    assert {(line["tracker"], line["key"]) for line in lines} == {("snowplow", "webhall")}
    assert all(line["sent_at"] for line in lines)


@pytest.mark.parametrize("consumer", ["DefaultConsumer", "BatchConsumer", "AsyncBatchConsumer"])
@pytest.mark.parametrize("path", ["/sa?project=telco", "/sa.gif?project=telco"])
def test_sensors(server: Server, consumer: str, path: str) -> None:
    sdk = need("sensorsanalytics", "SensorsAnalyticsSDK")
    sensors = sdk.SensorsAnalytics(getattr(sdk, consumer)(server.address + path))
    sensors.track_signup(PHONE, "device-1")
    for number in range(COUNT):
        sensors.track(
            PHONE, "AddToCart", {"n": number, "phone": PHONE, "$url": f"http://x/?p={PHONE}"}, is_login_id=True
        )
    sensors.profile_set(PHONE, {"tel": int(PHONE)}, is_login_id=True)
    sensors.flush()
    sensors.close()
    lines = stop_and_read(server)
    tracked = [line["event"] for line in lines if line["event"]["type"] == "track"]
    assert_each_once([event["properties"]["n"] for event in tracked])
    assert len(lines) == COUNT + 2
    assert {event["distinct_id"] for event in tracked} == {token(PHONE)}
    assert {(line["tracker"], line["key"]) for line in lines} == {("sensors", "telco")}
    places = {(line["batch"], line["index"]) for line in lines}
    assert len(places) == len(lines), "events without ids are told apart by their places"


@pytest.mark.parametrize("gzip", [True, False])
def test_segment(server: Server, gzip: bool) -> None:
    need("segment.analytics", "segment-analytics-python")
    from segment.analytics import Client

    client = Client("wk_test", host=server.address, gzip=gzip, upload_size=7, max_retries=1)
    for number in range(COUNT):
        client.track(user_id=PHONE, anonymous_id="device-1", event="Product Added", properties={"n": number})
    client.identify(PHONE, {"phone": PHONE, "email": "a@b.example"})
    client.page(PHONE, "web", "pay", {"url": f"http://x/{PHONE}"})
    client.shutdown()
    lines = stop_and_read(server)
    tracked = [line["event"] for line in lines if line["event"]["type"] == "track"]
    assert_each_once([event["properties"]["n"] for event in tracked])
    assert len({line["event"]["messageId"] for line in lines}) == len(lines) == COUNT + 2
    assert {line["event"]["userId"] for line in lines} == {token(PHONE)}
    assert {(line["tracker"], line["key"]) for line in lines} == {("segment", "wk_test")}
    assert all(line["sent_at"] for line in lines)


@pytest.mark.parametrize("gzip", [True, False])
def test_posthog(server: Server, gzip: bool) -> None:
    sdk = need("posthog", "posthog")
    client = sdk.Posthog("phc_test", host=server.address, gzip=gzip, flush_at=7, max_retries=1)
    for number in range(COUNT):
        client.capture("AddToCart", distinct_id=PHONE, properties={"n": number, "$set": {"phone": PHONE}})
    client.alias("device-1", PHONE)
    assert client.get_all_flags(PHONE) == {}
    client.shutdown()
    lines = stop_and_read(server)
    tracked = [line["event"] for line in lines if line["event"]["event"] == "AddToCart"]
    assert_each_once([event["properties"]["n"] for event in tracked])
    assert {event["distinct_id"] for event in tracked} == {token(PHONE)}
    assert len({line["event"]["uuid"] for line in lines}) == len(lines)
    assert {(line["tracker"], line["key"]) for line in lines} == {("posthog", "phc_test")}
    assert all(line["sent_at"] for line in lines)
