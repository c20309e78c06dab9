"""What real trackers sent to a listening port, byte for byte, and what each must leave in the spool."""

import base64
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from yarl import URL

from tests.api.collector.conftest import Desk, Document, token

FILE = "fixtures/tracker_requests_captured.jsonl"
OURS = ("/com.snowplow", "/i?", "/sa", "/v1/batch", "/batch/", "/e/")
PHONE = "13800000000"


@pytest.fixture(scope="session")
def captured(data_dir: Path) -> list[Document]:
    file = data_dir.parent / FILE
    if not file.is_file():
        pytest.skip(f"{FILE} beside the folder ECHANNEL_TEST_DATA is needed to run this test")
    requests = [json.loads(line) for line in file.read_text().splitlines()]
    return [request for request in requests if "MARK" not in request]


async def replay(desk: Desk, request: Document) -> tuple[int, bytes]:
    body = gzip.compress(request["body"].encode(), mtime=0) if request["gz"] else request["body"].encode()
    assert request["gz"] or len(body) == request["raw_len"], "not a byte more or less than was captured"
    left = ("host", "content-length", "connection")
    headers = {name: value for name, value in request["headers"].items() if name.lower() not in left}
    target = URL(request["path"], encoded=True)
    async with desk.client.request(request["method"], target, data=body or None, headers=headers) as answer:
        return answer.status, await answer.read()


def read_as_sent(request: Document) -> Iterator[Document]:
    """Read a request's events by a second, naive way."""
    path = urlsplit(request["path"])
    if path.path == "/i":
        yield dict(parse_qsl(path.query))
    elif path.path.startswith("/sa"):
        fields = parse_qs(request["body"] or path.query)
        content = base64.b64decode(fields.get("data", fields.get("data_list"))[0])
        found = json.loads(gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content)
        yield from found if isinstance(found, list) else [found]
    else:
        document = json.loads(request["body"])
        yield from document.get("data", document.get("batch"))


def list_values(node: Any) -> Iterator[Any]:
    if isinstance(node, dict | list):
        for inner in node.values() if isinstance(node, dict) else node:
            yield from list_values(inner)
    else:
        yield node


IDS = {
    "uid", "duid", "distinct_id", "userId", "anonymousId", "alias", "anonymous_id", "login_id", "original_id",
    "$device_id", "$user_id", "$anon_distinct_id", "$identity_cookie_id", "$identity_anonymous_id",
    "$identity_login_id",
}  # fmt: skip


def hide(node: Any, name: str = "") -> Any:
    """Hide a person's ids by a second, naive way."""
    if isinstance(node, dict):
        opened = {"ue_px": "ue_pr", "cx": "co"}
        return {opened.get(key, key): hide(open_field(key, value), key) for key, value in node.items()}
    if isinstance(node, list):
        return [hide(part, name) for part in node]
    return token(node) if name in IDS and node is not None else node


def open_field(name: str, value: Any) -> Any:
    if name in ("ue_px", "cx"):
        return json.loads(base64.b64decode(value))
    return json.loads(value) if name in ("ue_pr", "co") else value


async def test_every_request_of_ours_is_answered_with_yes_and_lies_in_the_spool(
    desk: Desk, captured: list[Document]
) -> None:
    ours = [request for request in captured if request["path"].startswith(OURS)]
    assert (len(captured), len(ours)) == (43, 35)
    for request in ours:
        status, body = await replay(desk, request)
        assert status == 200, request["path"]
        assert body in (b"ok", b'{"success":true}', b'{"status":1}') or body.startswith(b"GIF89a")
    expected = [hide(event) for request in ours for event in read_as_sent(request)]
    assert desk.read_events() == expected
    assert len(expected) == 48


async def test_nobodys_number_or_login_stays_in_clear(desk: Desk, captured: list[Document]) -> None:
    for request in captured:
        await replay(desk, request)
    text = b"".join(path.read_bytes() for path in desk.spool.iterdir()).decode()
    assert PHONE not in text
    assert '"u1"' not in text
    assert '"anon-1"' not in text
    assert "duid-1" not in text
    assert text.count(token(PHONE)) > 20, "one search finds every trace of a person"


@pytest.mark.parametrize(
    ("place", "tracker", "key", "sent_at"),
    [
        (0, "snowplow", "webhall", "2026-11-21T18:27:49.000000Z"),
        (2, "snowplow", "webhall", "2026-11-21T18:27:49.000000Z"),
        (5, "sensors", "telco", None),
        (10, "posthog", "phc_test", "2026-11-21T18:27:50.005688Z"),
        (11, "segment", "wk_test", "2026-11-21T18:27:50.284026Z"),
        (13, "segment", "wk", "2026-11-21T18:27:51.103484Z"),
        (19, "posthog", "phc_test", "2026-11-21T18:29:57.100000Z"),
        (33, "sensors", "telco", "2026-11-21T18:31:09.004000Z"),
    ],
)
async def test_a_line_says_who_sent_it_and_when(
    desk: Desk, captured: list[Document], place: int, tracker: str, key: str, sent_at: str | None
) -> None:
    request = captured[place]
    await replay(desk, request)
    lines = desk.read()
    assert [line["index"] for line in lines] == list(range(len(lines)))
    assert len({line["batch"] for line in lines}) == 1
    agent = next(value for name, value in request["headers"].items() if name.lower() == "user-agent")
    line = lines[0]
    assert list(line) == [
        "tracker", "received_at", "batch", "index", "sent_at", "agent", "address", "key", "event",
    ]  # fmt: skip
    assert (line["tracker"], line["key"], line["sent_at"], line["agent"]) == (tracker, key, sent_at, agent)
    assert line["received_at"] == "2026-11-21T18:00:00.000123Z"
    assert line["address"] == token("127.0.0.1")
    assert int(line["batch"], 16) >= 0
    assert len(line["batch"]) == 32


async def test_trackers_that_are_not_ours_are_told_so(desk: Desk, captured: list[Document]) -> None:
    foreign = [request for request in captured if not request["path"].startswith(OURS)]
    assert {(await replay(desk, request))[0] for request in foreign} == {404}
    assert not desk.spool.exists()
