"""Funnels over HTTP, with a clerk that needs no lake: what goes in, what comes out, and under which tags."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from api import SCOPES, add_key
from tests.api.conftest import FAKE_CLERK, Client, make_app, read_problem

DEFINITION = {"steps": [{"event": "view_item"}, {"event": "purchase"}]}


@pytest.fixture
async def client(folder: Path, tmp_path: Path) -> AsyncIterator[Client]:
    file = tmp_path / "lake.access"
    headers = {"Authorization": f"Bearer {add_key(file, 'all', SCOPES, '2026-03-30')}"}
    app = make_app(folder, access_file=file, clerk_command=FAKE_CLERK)
    async with TestClient(TestServer(app), headers=headers) as client:
        yield client


async def test_a_definition_bears_a_tag_and_is_not_sent_twice(client: Client) -> None:
    first = await client.get("/v1/funnels/order")
    assert await first.json() == DEFINITION
    again = await client.get("/v1/funnels/order", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status == 304
    assert (await client.get("/v1/funnels")).status == 200


async def test_a_definition_is_made_and_changed(client: Client) -> None:
    made = await client.put("/v1/funnels/new", json=DEFINITION)
    assert made.status == 201
    assert await made.json() == DEFINITION
    assert made.headers["ETag"] == (await client.put("/v1/funnels/order", json=DEFINITION)).headers["ETag"]
    removed = await client.delete("/v1/funnels/new")
    assert (removed.status, await removed.read()) == (204, b"")
    assert removed.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{", {"Content-Type": "application/json"}, 400),
        (b'{"a":' * 17 + b"1" + b"}" * 17, {"Content-Type": "application/json"}, 422),
        (b'{"a":' * 900 + b"1" + b"}" * 900, {"Content-Type": "application/json"}, 422),
        (b"[]", {"Content-Type": "application/json"}, 422),
        (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, {"Content-Type": "application/json"}, 400),
        (b"{}", {"Content-Type": "text/plain"}, 415),
        (b"x" * 65_537, {"Content-Type": "application/json"}, 413),
    ],
)
async def test_a_body_that_is_no_definition_is_refused(
    client: Client, body: bytes, headers: dict[str, str], status: int
) -> None:
    response = await client.put("/v1/funnels/order", data=body, headers=headers)
    assert (await read_problem(response))["status"] == status


@pytest.mark.parametrize("query", ["step=0", "step=41", "step=x", "limit=0", "limit=100001", "offset=-1", "colour=red"])
async def test_a_parameter_out_of_its_bounds_is_refused(client: Client, query: str) -> None:
    assert (await read_problem(await client.get(f"/v1/funnels/order/lost?{query}")))["status"] == 400


async def test_people_are_kept_by_no_cache(client: Client) -> None:
    response = await client.get("/v1/funnels/order/lost?step=1")
    assert response.status == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers


async def test_only_a_key_for_people_lists_those_lost(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "lake.access"
    keys = {scope: add_key(file, scope, [scope], "2026-03-30") for scope in SCOPES}
    app = make_app(folder, access_file=file, clerk_command=FAKE_CLERK)
    async with TestClient(TestServer(app)) as client:
        told = {
            scope: await client.get("/v1/funnels/order/lost", headers={"Authorization": f"Bearer {key}"})
            for scope, key in keys.items()
        }
        assert {scope: answer.status for scope, answer in told.items()} == {
            "reports": 403,
            "funnels": 403,
            "people": 200,
        }
        assert (await client.get("/v1/funnels/order/lost")).status == 401


async def test_what_the_clerk_does_not_find_is_a_problem(client: Client) -> None:
    for response in (await client.get("/v1/funnels/x"), await client.delete("/v1/funnels/x")):
        assert (await read_problem(response))["detail"] == "There is none."


async def test_without_a_clerk_the_routes_say_so(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "lake.access"
    headers = {"Authorization": f"Bearer {add_key(file, 'all', SCOPES, '2026-03-30')}"}
    async with TestClient(TestServer(make_app(folder, access_file=file)), headers=headers) as client:
        assert (await read_problem(await client.get("/v1/funnels")))["status"] == 501
