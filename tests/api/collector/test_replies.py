"""What trackers and browsers see."""

import pytest
from yarl import URL

from api.routes import COLLECTOR_ROUTES, ROUTES
from tests.api.collector.conftest import Desk, Open

TP2 = "/com.snowplowanalytics.snowplow/tp2"
PAGE = {"Origin": "https://wt.example"}
BATCH = {"schema": "x", "data": [{"e": "pv"}]}


@pytest.mark.parametrize(
    ("method", "path", "body", "media"),
    [
        ("POST", TP2, b"ok", "text/plain"),
        ("GET", TP2, b"GIF89a", "image/gif"),
        ("GET", "/i", b"GIF89a", "image/gif"),
        ("POST", "/i", b"ok", "text/plain"),
        ("GET", "/sa", b"ok", "text/plain"),
        ("POST", "/sa", b"ok", "text/plain"),
        ("GET", "/sa.gif", b"GIF89a", "image/gif"),
        ("POST", "/sa.gif", b"GIF89a", "image/gif"),
        *(("POST", f"/v1/{path}", b'{"success":true}', "application/json") for path in (
            "batch", "import", "track", "page", "screen", "identify", "alias", "group", "t", "p", "s", "i", "a", "g",
        )),
        *((method, path, b'{"status":1}', "application/json") for method in ("GET", "POST") for path in (
            "/batch/", "/batch", "/e/", "/e", "/capture/", "/i/v0/e/",
        )),
        ("POST", "/decide/", b'{"config"', "application/json"),
        ("POST", "/flags/?v=2", b'{"config"', "application/json"),
    ],
)  # fmt: skip
async def test_every_path_says_its_own_yes_and_nobody_keeps_it(
    desk: Desk, method: str, path: str, body: bytes, media: str
) -> None:
    answer = await desk.client.request(method, path, headers=PAGE)
    assert answer.status == 200
    assert (await answer.read()).startswith(body)
    assert answer.content_type == media
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert answer.headers["Access-Control-Allow-Origin"] == "https://wt.example"
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"
    assert answer.headers["Vary"] == "Origin"
    assert "Set-Cookie" not in answer.headers


async def test_the_picture_is_one(desk: Desk) -> None:
    content = await (await desk.client.get("/i?e=pv")).read()
    assert content[:6] == b"GIF89a"
    assert content[6:10] == b"\1\0\1\0", "one by one"
    assert content[-1:] == b";"


async def test_a_browser_may_ask_first(desk: Desk) -> None:
    for path in (TP2, "/i", "/sa", "/sa.gif", "/v1/batch", "/v1/t", "/batch/", "/e/", "/flags/"):
        wanted = {
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type,sp-anonymous",
        }
        answer = await desk.client.options(path, headers=PAGE | wanted)
        assert answer.status == 204
        assert answer.headers["Access-Control-Allow-Origin"] == "https://wt.example"
        assert answer.headers["Access-Control-Allow-Credentials"] == "true"
        assert "POST" in answer.headers["Access-Control-Allow-Methods"]
        assert answer.headers["Access-Control-Allow-Headers"] == "content-type,sp-anonymous"
        assert int(answer.headers["Access-Control-Max-Age"]) > 0


async def test_no_header_is_let_in_that_is_none(desk: Desk) -> None:
    answer = await desk.client.options("/e/", headers=PAGE | {"Access-Control-Request-Headers": "x; <script>"})
    assert answer.headers["Access-Control-Allow-Headers"] == "Content-Type"


async def test_who_is_no_page_needs_no_leave(desk: Desk) -> None:
    answer = await desk.client.post(TP2, json=BATCH)
    assert not [name for name in answer.headers if name.startswith("Access-Control")]


async def test_only_pages_on_the_list_may_send(open_desk: Open) -> None:
    async with open_desk(origins=("https://wt.example",)) as desk:
        assert (await desk.client.post(TP2, json=BATCH, headers=PAGE)).status == 200
        assert (await desk.client.post(TP2, json=BATCH)).status == 200, "servers have no origin"
        refused = await desk.client.post(TP2, json=BATCH, headers={"Origin": "https://other.example"})
        assert refused.status == 403
        assert len(desk.read()) == 2


async def test_a_page_may_read_why_it_is_refused(open_desk: Open) -> None:
    async with open_desk(body_bytes=10) as desk:
        answer = await desk.client.post(TP2, json=BATCH, headers=PAGE)
        assert answer.status == 413
        assert answer.headers["Access-Control-Allow-Origin"] == "https://wt.example"


async def test_only_keys_on_the_list_are_taken_in(open_desk: Open) -> None:
    async with open_desk(keys=("webhall", "钥匙")) as desk:
        known = {"data": [{"e": "pv", "aid": "webhall"}, {"e": "pv", "aid": "钥匙"}]}
        mixed = {"data": [{"e": "pv", "aid": "webhall"}, {"e": "pv"}]}
        assert (await desk.client.post(TP2, json=known)).status == 200
        for unknown in (mixed, {"data": [{"e": "pv", "aid": "webhal"}]}, {"data": [[]]}):
            assert (await desk.client.post(TP2, json=unknown)).status == 403
        assert (await desk.client.post("/e/", data=b"no json")).status == 403, "no stranger fills the disk"
        assert (await desk.client.post("/sa", data={"project": "webhall", "data": '{"event":"x"}'})).status == 200
        assert len(desk.read()) == 3


@pytest.mark.parametrize("path", ["/i?e=pv", "/sa.gif?data=eyJhIjoxfQ", "/e/?data=eyJhIjoxfQ"])
async def test_a_head_leaves_nothing(desk: Desk, path: str) -> None:
    answer = await desk.client.head(URL(path, encoded=True))
    assert answer.status == 200
    assert not desk.spool.exists()


@pytest.mark.parametrize("path", ["/i", "/sa", "/v1/batch", "/v1/t", "/e/", TP2])
async def test_where_nothing_is_sent_nothing_is_kept(desk: Desk, path: str) -> None:
    assert (await desk.client.post(path)).status == 200
    assert not desk.spool.exists()


async def test_a_wrong_method_is_told_the_right_ones(desk: Desk) -> None:
    answer = await desk.client.delete("/i")
    assert answer.status == 405
    assert answer.headers["Allow"] == "GET,HEAD,OPTIONS,POST"


async def test_without_the_collector_there_is_nobody_to_send_to(open_desk: Open) -> None:
    async with open_desk(enabled=False) as desk:
        assert (await desk.client.post(TP2, json=BATCH)).status == 404
        assert (await desk.client.get("/healthz")).status == 200


async def test_the_app_serves_what_the_table_of_routes_says(desk: Desk) -> None:
    served = {resource.canonical for resource in desk.client.app.router.resources()}
    assert served == {route.template for route in (*ROUTES, *COLLECTOR_ROUTES)} | {"/{path}"}
