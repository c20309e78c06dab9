"""What is taken in, what is refused, and what is kept although it is no event."""

import asyncio
import base64
import contextlib
import gzip
import json
import socket
import zlib
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.collector.endpoints import ENDPOINTS
from tests.api.collector.conftest import PHONE, Client, Desk, Open, token
from tests.api.collector.server import start_server

TP2 = "/com.snowplowanalytics.snowplow/tp2"


def batch(*events: object) -> bytes:
    return json.dumps({"schema": "x", "data": events}).encode()


def pack(content: bytes) -> str:
    return quote(base64.b64encode(content).decode())


async def post(client: Client, path: str, body: bytes, **headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return (await client.post(path, data=body, headers=named)).status


async def test_a_batch_becomes_one_line_for_each_event(desk: Desk) -> None:
    assert await post(desk.client, TP2, batch(*({"e": "pv", "eid": str(n)} for n in range(500)))) == 200
    lines = desk.read()
    assert [line["event"]["eid"] for line in lines] == [str(n) for n in range(500)]
    assert [line["index"] for line in lines] == list(range(500))


async def test_a_bad_event_of_a_good_batch_stands_alone(desk: Desk) -> None:
    assert await post(desk.client, TP2, batch({"e": "pv"}, 7, {"e": "se"}, {}, None, "x")) == 200
    lines = desk.read()
    assert [line.get("fault", "") for line in lines] == [
        "",
        "not_an_event",
        "",
        "not_an_event",
        "not_an_event",
        "not_an_event",
    ]
    assert [line["raw"] for line in lines if "fault" in line] == ["7", "{}", "null", '"x"']
    assert list(lines[1]) == ["tracker", "received_at", "batch", "index", "fault", "raw"]
    assert await desk.count('echannel_collector_faults_total{fault="not_an_event",tracker="snowplow"}') == 4
    assert await desk.count('echannel_collector_events_total{tracker="snowplow"}') == 2


@pytest.mark.parametrize(
    ("path", "body", "fault", "raw"),
    [
        (TP2, b'{"data":[{"e":"pv"},', "bad_json", '{"data":[{"e":"pv"},'),
        (TP2, b"[1]", "not_an_event", "[1]"),
        (TP2, b'{"data":{}}', "not_an_event", '{"data":{}}'),
        (TP2, b"[" * 5000, "bad_json", "[" * 5000),
        (TP2, b"\xff\xfe\x00", "bad_json", "\\xff\\xfe\0"),
        ("/v1/batch", b"{}", "not_an_event", "{}"),
        ("/v1/track", b"[]", "not_an_event", "[]"),
        ("/e/", b"hello", "bad_json", "hello"),
        ("/e/", b"data=!!!", "bad_json", ""),
        ("/sa", b"hello=1", "not_an_event", "hello=1"),
        ("/sa", b"data=" + pack(b"hello").encode(), "bad_json", "hello"),
        ("/sa", b"data=" + pack(gzip.compress(b'{"a":1}', mtime=0)[:-4]).encode(), "bad_json", '{"a":1}'),
        ("/sa", b"data=" + pack(b'{"a":1}').encode() + b"&ext=crc%3D17", "bad_json", '{"a":1}'),
        ("/e/", gzip.compress(b'{"event":"x"}' * 10_000, mtime=0)[:-20], "bad_json", None),
    ],
)  # fmt: skip
async def test_what_is_no_batch_is_kept_too(desk: Desk, path: str, body: bytes, fault: str, raw: str | None) -> None:
    assert await post(desk.client, path, body, Content_Type="text/plain") == 200
    (line,) = desk.read()
    assert line["fault"] == fault
    assert (line["raw"] == raw) if raw is not None else line["raw"].startswith('{"event":"x"}')


async def test_an_event_too_long_for_a_line_is_kept_in_part(desk: Desk) -> None:
    long = {"e": "pv", "uid": PHONE, "page": "缴" * 40_000}
    assert await post(desk.client, TP2, batch({"e": "a"}, long, {"e": "b"})) == 200
    first, fault, last = desk.read()
    assert (first["event"]["e"], last["event"]["e"]) == ("a", "b")
    assert fault["fault"] == "event_too_long"
    assert 30_000 < len(fault["raw"].encode()) <= 32_768
    assert token(PHONE) in fault["raw"]
    assert max(map(len, next(desk.spool.iterdir()).read_bytes().splitlines(keepends=True))) <= 65_536


async def test_no_line_is_longer_than_a_reader_reads(desk: Desk) -> None:
    for body in (b"\x01" * 40_000, b'"' * 40_000, ("缴" * 30_000).encode()):
        assert await post(desk.client, TP2, body) == 200
    edge = 65_000
    for size in range(edge, edge + 400, 7):
        assert await post(desk.client, TP2, batch({"e": "x" * size})) == 200
    lengths = [len(line) for line in next(desk.spool.iterdir()).read_bytes().splitlines(keepends=True)]
    assert max(lengths) <= 65_536
    assert {line.get("fault") for line in desk.read()} == {None, "bad_json", "event_too_long"}


@pytest.mark.parametrize("headers", [{}, {"Content-Encoding": "gzip"}, {"Content-Type": "text/plain"}])
async def test_gzip_is_told_by_its_bytes(desk: Desk, headers: dict[str, str]) -> None:
    event = b'{"api_key":"k","event":"x"}'
    for body in (event, gzip.compress(event), gzip.compress(event[:9]) + gzip.compress(event[9:])):
        assert (await desk.client.post("/e/", data=body, headers=headers)).status == 200
    assert [line["event"] for line in desk.read()] == [{"api_key": "k", "event": "x"}] * 3


@pytest.mark.parametrize("encoding", ["deflate", "br", "zstd", "gzip, deflate"])
async def test_a_packing_that_nobody_opens_is_refused(desk: Desk, encoding: str) -> None:
    assert await post(desk.client, "/e/", zlib.compress(b"{}"), Content_Encoding=encoding) == 415
    assert not desk.spool.exists()


async def test_a_bomb_stops_where_there_is_no_more_room(desk: Desk) -> None:
    bomb = gzip.compress(b"0" * 50_000_000)
    assert len(bomb) < 100_000
    assert await post(desk.client, "/e/", bomb) == 413
    assert await post(desk.client, "/sa", b"data=" + pack(bomb).encode()) == 413
    assert not desk.spool.exists()


@pytest.mark.parametrize(
    ("limit", "body", "status"),
    [
        ({"body_bytes": 100}, batch({"e": "x" * 100}), 413),
        ({"plain_bytes": 100}, gzip.compress(batch({"e": "x" * 100}), mtime=0), 413),
        ({"batch_events": 3}, batch(*[{"e": "pv"}] * 4), 413),
        ({"batch_events": 4}, batch(*[{"e": "pv"}] * 4), 200),
    ],
)
async def test_what_is_too_large_is_refused_whole(
    open_desk: Open, limit: dict[str, int], body: bytes, status: int
) -> None:
    async with open_desk(**limit) as desk:
        assert await post(desk.client, TP2, body) == status
        assert len(desk.read() if desk.spool.exists() else []) == (4 if status == 200 else 0)
        assert await desk.count('echannel_collector_refusals_total{reason="413",tracker="snowplow"}') == (status == 413)


async def test_a_long_body_without_a_length_stops_too(open_desk: Open) -> None:
    async def drip():  # type: ignore[no-untyped-def]
        for _ in range(50):
            yield b"x" * 100

    async with open_desk(body_bytes=1000) as desk:
        assert (await desk.client.post(TP2, data=drip())).status == 413


async def test_a_body_that_never_comes_is_given_up(open_desk: Open) -> None:
    async with open_desk(body_seconds=0.1) as desk:
        reader, writer = await asyncio.open_connection(desk.client.host, desk.client.port)
        writer.write(b"POST /e/ HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{")
        answer = await asyncio.wait_for(reader.readuntil(b"}"), 5)
        writer.close()
        await writer.wait_closed()
    assert answer.startswith(b"HTTP/1.1 408")


async def test_half_a_body_leaves_nothing(desk: Desk) -> None:
    _, writer = await asyncio.open_connection(desk.client.host, desk.client.port)
    writer.write(b'POST /e/ HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{"event":"x"}')
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    await asyncio.sleep(0.05)
    assert not desk.spool.exists()


@pytest.mark.parametrize(
    ("settings", "headers", "told"),
    [
        ({}, {"X-Forwarded-For": "1.2.3.4"}, "127.0.0.1"),
        ({"proxies": 1}, {"X-Forwarded-For": "6.6.6.6, 1.2.3.4"}, "1.2.3.4"),
        ({"proxies": 2}, {"X-Forwarded-For": "6.6.6.6, 1.2.3.4, 10.0.0.1"}, "1.2.3.4"),
        ({"proxies": 1}, {}, "127.0.0.1"),
        ({"addresses": "drop"}, {}, None),
        ({}, {"SP-Anonymous": "*"}, None),
    ],
)
async def test_an_address_is_a_token_or_nothing(
    open_desk: Open, settings: dict[str, object], headers: dict[str, str], told: str | None
) -> None:
    async with open_desk(**settings) as desk:
        event = {"e": "pv", "ip": "9.9.9.9", "nuid": "n", "tnuid": "t"}
        await desk.client.post(TP2, data=batch(event), headers=headers)
        (line,) = desk.read()
    assert line["address"] == (told and token(told))
    if "SP-Anonymous" in headers:
        assert line["event"] == {"e": "pv"}
    else:
        assert line["event"]["nuid"] == token("n")
        assert line["event"]["ip"] == (token("9.9.9.9") if told else None)


async def test_the_same_events_sent_again_have_the_same_name_where_they_have_no_ids(desk: Desk) -> None:
    def body(flushed: int, event: str = "x") -> bytes:
        content = json.dumps([{"event": event, "time": 1, "_flush_time": flushed}]).encode()
        return b"gzip=1&data_list=" + pack(gzip.compress(content)).encode()

    for sent in (body(1), body(2), body(3, "other")):
        await post(desk.client, "/sa?project=telco", sent)
    for _ in range(2):
        await post(desk.client, TP2, batch({"e": "pv"}))
    names = [line["batch"] for line in desk.read()]
    assert names[0] == names[1]
    assert len(set(names)) == 4
    assert {len(name) for name in names} == {32}


async def test_what_a_client_gets_wrong_costs_no_event(desk: Desk) -> None:
    body = b'\xef\xbb\xbf{"data":[{"e":"half \\ud83d"},{"e":NaN},{"e":"\xbd\xc9"},{"e":"whole \\ud83d\\ude00"}]}'
    assert await post(desk.client, TP2, body) == 200
    assert [event["e"] for event in desk.read_events()] == ["half \ufffd", None, "\\xbd\\xc9", "whole 😀"]


async def test_what_a_request_says_of_itself_hides_nobody(desk: Desk) -> None:
    headers = {"User-Agent": f"App/1 ({PHONE}) uid=bob", "Authorization": "Basic " + base64.b64encode(b"key:").decode()}
    await desk.client.post("/v1/track", data=b'{"event":"x","userId":"bob"}', headers=headers)
    (line,) = desk.read()
    assert line["agent"] == f"App/1 ({token(PHONE)}) uid={token('bob')}"
    assert line["key"] == "key"
    assert line["event"] == {"type": "track", "event": "x", "userId": token("bob")}


def test_no_log_and_no_figure_tells_an_id(tmp_path: Path) -> None:
    with start_server(tmp_path / "lake") as server:
        for path, body in (
            ("/i?uid=13800138000&page=13800138000", None),
            (f"/sa.gif?data={pack(b'{')}13800138000", None),
            ("/13800138000", None),
            ("/13800138000/sa", b"13800138000"),
            (TP2, b"13800138000"),
            (TP2, batch({"uid": "13800138000"}, 13800138000)),
        ):
            with contextlib.suppress(HTTPError):
                urlopen(Request(server.address + path, data=body, headers={"X-Id": "13800138000"})).close()
        with socket.create_connection(("127.0.0.1", int(server.address.rpartition(":")[2]))) as line:
            line.sendall(b"GET /i?uid=" + b"13800138000" * 1000 + b" HTTP/1.1\r\n13800138000\r\n\r\n")
            line.recv(4096)
        told = urlopen(f"{server.address}/metrics").read()
        logged = server.stop()
    assert logged.count(b'"route":"/i"') == 1, "the server's own log was not caught"
    kept = b"".join(file.read_bytes() for file in server.spool.iterdir())
    assert b"13800138000" not in told + logged + kept


PATHS = sorted({endpoint.path for endpoint in ENDPOINTS})
BODIES = st.one_of(
    st.binary(max_size=200),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["data", "batch", "e", "uid", "properties", "identities", "$set", "ue_px", "co"]), inner
            )
        ),
        max_leaves=10,
    ).map(lambda document: json.dumps(document).encode()),
)


@given(
    path=st.sampled_from(PATHS), body=BODIES, packed=st.booleans(), form=st.sampled_from([b"", b"data=", b"data_list="])
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_sent_is_answered_with_yes_and_nothing_is_lost(
    open_desk: Open, path: str, body: bytes, packed: bool, form: bytes
) -> None:
    sent = form + (pack(gzip.compress(body)).encode() if form else gzip.compress(body) if packed else body)

    async def send() -> int:
        async with open_desk() as desk:
            before = len(desk.read()) if desk.spool.exists() else 0
            assert (await desk.client.post(path, data=sent)).status == 200
            return (len(desk.read()) if desk.spool.exists() else 0) - before

    assert asyncio.run(send()) >= (0 if is_empty(body) else 1)


def is_empty(body: bytes) -> bool:
    """Tell a batch that holds nothing."""
    try:
        document = json.loads(body or b"[]")
    except ValueError:
        return False
    return document == [] or (isinstance(document, dict) and [] in (document.get("data"), document.get("batch")))
