import io
import json
from pathlib import Path

from api.observation import AccessLog, Meter
from tests.api.conftest import Client


def test_a_line_tells_the_route_and_nobodys_id() -> None:
    stream = io.BytesIO()
    log = AccessLog(stream=stream)
    log.note_request("GET", "/v1/visitors/{visitor_id}/recommendations", 200, 0.00123)
    log.note_request('GE"T', "(no route)", 404, 0.5)
    log.write_lines()
    log.write_lines()
    first, second = map(json.loads, stream.getvalue().splitlines())
    assert first.pop("timestamp").endswith("Z")
    assert first == {
        "event": "request",
        "level": "info",
        "method": "GET",
        "route": "/v1/visitors/{visitor_id}/recommendations",
        "status": 200,
        "ms": 1.23,
    }
    assert second["method"] == 'GE"T'


def test_a_full_disk_costs_lines_and_no_answers() -> None:
    with Path("/dev/full").open("wb", buffering=0) as full:
        log = AccessLog(stream=full)  # type: ignore[arg-type]
        log.note_request("GET", "/x", 200, 0.1)
        log.write_lines()
    assert log._waiting == [], "nor memory"


def test_requests_fall_into_buckets_that_add_up() -> None:
    meter = Meter()
    for seconds in (0.0001, 0.0005, 0.0006, 99):
        meter.requests.count_request("/x", 200, seconds)
    text = meter.write_metrics().decode()
    assert 'echannel_request_seconds_bucket{le="0.0005",route="/x",status="200"} 2.0' in text
    assert 'echannel_request_seconds_bucket{le="5.0",route="/x",status="200"} 3.0' in text
    assert 'echannel_request_seconds_bucket{le="+Inf",route="/x",status="200"} 4.0' in text
    assert 'echannel_request_seconds_count{route="/x",status="200"} 4.0' in text


async def test_metrics_count_by_route_and_know_the_model(client: Client) -> None:
    answer = await (await client.get("/v1/items/secret-item/also-viewed")).json()
    await client.get("/v1/visitors/13800138000/recommendations")
    await client.get("/13800138000")
    text = await (await client.get("/metrics")).text()
    assert 'echannel_request_seconds_count{route="/v1/items/{item_id}/also-viewed",status="200"} 1.0' in text
    assert 'echannel_request_seconds_count{route="(no route)",status="404"} 1.0' in text
    assert f'echannel_model_info{{version="{answer["model_version"]}"}} 1.0' in text
    assert "13800138000" not in text
    assert "secret-item" not in text


async def test_each_app_counts_for_itself(client: Client) -> None:
    await client.get("/healthz")
    assert b"healthz" not in Meter().write_metrics()
