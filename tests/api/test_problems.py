import asyncio
import json
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from serving import Answers
from tests.api.conftest import Client, make_app, read_problem

BATCH = "/v1/recommendations:batch"


async def test_all_faults_of_a_query_are_told_at_once(client: Client) -> None:
    problem = await read_problem(await client.get("/v1/items/plan/also-viewed?n=0&channel=fax&colour=red"))
    assert problem["status"] == 400
    assert problem["errors"] == [
        {"where": "query parameter colour", "what": "Unknown. Known ones: n, channel, lang, exclude, cursor, age."},
        {
            "where": "query parameter channel",
            "what": "Not acceptable. Where it will be shown: web, wap or app; without it, anywhere.",
        },
        {"where": "query parameter n", "what": "Not acceptable. How many to recommend: a whole number from 1 to 100."},
    ]


@pytest.mark.parametrize("query", ["n=101", "n=x", "n=", "n=1&n=2", "n=1.5", "lang=fr", "exclude=", "stay=perhaps"])
async def test_a_parameter_out_of_its_bounds_is_refused(client: Client, query: str) -> None:
    assert (await read_problem(await client.get(f"/v1/pages/home/next-clicks?{query}")))["status"] == 400


@pytest.mark.parametrize("path", ["/v1/reports", "/v1/reports/abandonment"])
async def test_where_nothing_may_be_asked_nothing_is_let_pass(client: Client, path: str) -> None:
    problem = await read_problem(await client.get(f"{path}?x=1"))
    assert problem["errors"][0]["what"] == "Unknown. There are none here."


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/v1/items/plan/also-viewed?13800138000=1", "13800138000"),
        ("/v1/items/plan/also-viewed?channel=13800138000", "13800138000"),
        ("/v1/nothing/13800138000", "13800138000"),
        ("/v1/reports/13800138000", "13800138000"),
    ],
)
async def test_a_problem_never_says_an_id_back(client: Client, path: str, asked: str) -> None:
    response = await client.get(path)
    await read_problem(response)
    assert asked not in await response.text()


@pytest.mark.parametrize(
    "question",
    [
        {"id": "a", "kind": "13800138000"},
        {"id": "a", "kind": ["13800138000"]},
        {"id": "a", "kind": "also_viewed", "item_id": {"13800138000": "13800138000"}},
        {"id": ["13800138000"], "kind": "for_you", "visitor_id": "x", "n": "13800138000"},
        {"id": "a", "kind": "for_you", "visitor_id": "x", "lang": "13800138000"},
        {"id": "a", "kind": "for_you", "visitor_id": "x", "13800138000": 1},
        {"id": "a", "kind": "for_you", "visitor_id": 13800138000},
        {"id": "a", "kind": "for_you", "visitor_id": "13800138000" * 20},
    ],
)
async def test_a_problem_of_a_batch_never_says_an_id_back(client: Client, question: dict) -> None:
    response = await client.post(BATCH, json={"requests": [question]})
    assert (await read_problem(response))["status"] == 422
    assert "13800138000" not in await response.text()


async def test_a_batch_tells_the_faults_of_all_questions(client: Client) -> None:
    questions = [
        {"id": "a", "kind": "also_viewed", "item_id": "plan"},
        {"id": "a", "kind": "also_viewed", "item_id": "phone"},
        {"id": "c", "kind": "no_such_kind"},
        {"id": "d", "kind": "next_click", "pages": []},
        {"id": "e", "kind": "also_viewed", "item_id": "plan", "n": 101},
        "not even a question",
    ]
    problem = await read_problem(await client.post(BATCH, json={"requests": questions}))
    assert problem["status"] == 422
    places = [error["where"] for error in problem["errors"]]
    assert places == ["requests[1].id", "requests[2].kind", "requests[3].pages", "requests[4].n", "requests[5]"]


@pytest.mark.parametrize(
    "body", [{}, [], {"requests": []}, {"requests": [1] * 33}, {"requests": {}}, {"requests": [], "more": 1}]
)
async def test_a_batch_that_is_none_is_refused(client: Client, body: object) -> None:
    assert (await read_problem(await client.post(BATCH, json=body)))["status"] == 422


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{", {"Content-Type": "application/json"}, 400),
        (b"\xff\xfe", {"Content-Type": "application/json"}, 400),
        (b'{"requests":"\\ud800"}', {"Content-Type": "application/json"}, 400),
        (b"[" * 60_000, {"Content-Type": "application/json"}, 400),
        (b"", {"Content-Type": "application/json"}, 400),
        (b"{}", {"Content-Type": "text/plain"}, 415),
        (b"x" * 65_537, {"Content-Type": "application/json"}, 413),
        (b"no gzip", {"Content-Type": "application/json", "Content-Encoding": "gzip"}, 400),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused(
    client: Client, body: bytes, headers: dict[str, str], status: int
) -> None:
    assert (await read_problem(await client.post(BATCH, data=body, headers=headers)))["status"] == status


async def test_a_body_that_never_comes_is_given_up(folder: Path) -> None:
    async with TestClient(TestServer(make_app(folder, body_seconds=0.1))) as client:
        reader, writer = await asyncio.open_connection(client.host, client.port)
        writer.write(b"POST /v1/recommendations:batch HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n")
        writer.write(b"Content-Length: 10\r\n\r\n{")
        answer = await asyncio.wait_for(reader.readuntil(b"}"), 5)
        writer.close()
        await writer.wait_closed()
    assert answer.startswith(b"HTTP/1.1 408")
    assert json.loads(answer.split(b"\r\n\r\n", 1)[1])["status"] == 408


async def test_a_path_that_does_not_exist_is_a_problem(client: Client) -> None:
    for path in ("/nothing", "/v1/items/plan", "/v1/items//also-viewed", "/dashboard/secret.txt"):
        assert (await read_problem(await client.get(path)))["status"] == 404


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("DELETE", "/healthz", "GET,HEAD"), ("GET", BATCH, "POST"), ("POST", "/v1/items/plan/also-viewed", "GET,HEAD")],
)
async def test_a_wrong_method_is_told_the_right_ones(client: Client, method: str, path: str, allowed: str) -> None:
    response = await client.request(method, path)
    assert (await read_problem(response))["status"] == 405
    assert response.headers["Allow"] == allowed


async def test_a_fault_on_this_side_shows_nothing_of_the_inside(
    client: Client, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    def break_down(*args: object, **kwargs: object) -> None:
        raise KeyError("13800138000")

    monkeypatch.setattr(Answers, "for_you", break_down)
    response = await client.get("/v1/visitors/anna/recommendations")
    problem = await read_problem(response)
    assert problem["status"] == 500
    assert "KeyError" not in await response.text()
    await client.close()
    logged = capfdbinary.readouterr().err
    assert b"KeyError" in logged
    assert b"13800138000" not in logged


async def test_every_answer_bears_the_safe_headers(client: Client) -> None:
    for path in ("/", "/healthz", "/metrics", "/openapi.json", "/v1/reports", "/v1/items/x/also-viewed", "/nothing"):
        headers = (await client.get(path)).headers
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert "default-src 'none'" in headers["Content-Security-Policy"], path
        assert headers["Server"] == "echannel", path


def test_the_app_has_no_route_that_the_table_does_not_know(tmp_path: Path) -> None:
    from api.routes import ROUTES

    served = {resource.canonical for resource in make_app(tmp_path).router.resources()}
    assert served == {route.template for route in ROUTES} | {"/{path}"}
    assert isinstance(make_app(tmp_path), web.Application)
