"""The guard: every route that needs a key, with none, a wrong one, and one for something else."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from api import SCOPES, add_key
from api.routes import ROUTES, Route
from tests.api.conftest import Client, make_app

GUARDED = [route for route in ROUTES if route.scope]
PATHS = {"name": "abandonment", "funnel_id": "order"}


@pytest.fixture
def access_file(tmp_path: Path) -> Path:
    return tmp_path / "lake.access"


@pytest.fixture
async def client(folder: Path, access_file: Path) -> AsyncIterator[Client]:
    async with TestClient(TestServer(make_app(folder, access_file=access_file))) as client:
        yield client


def bear(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


async def ask(client: Client, route: Route, **options: object) -> tuple[int, str, str]:
    response = await client.request(route.method, route.template.format_map(PATHS), **options)  # type: ignore[arg-type]
    return response.status, response.headers.get("WWW-Authenticate", ""), await response.text()


def name_route(route: Route) -> str:
    return f"{route.method} {route.template}"


@pytest.mark.parametrize("route", GUARDED, ids=name_route)
async def test_a_guarded_route_refuses_all_but_its_own_keys(client: Client, access_file: Path, route: Route) -> None:
    keys = {scope: add_key(access_file, scope, [scope], "2026-03-30") for scope in SCOPES}
    right = keys.pop(str(route.scope))
    wrong = [{}, bear("wrong"), bear(""), bear(right[:-1]), {"Authorization": f"Basic {right}"}, {"X-Api-Key": right}]
    for headers in wrong:
        status, challenge, text = await ask(client, route, headers=headers)
        assert status == 401, headers
        assert challenge.startswith('Bearer realm="echannel"')
        assert right not in text
    for key in keys.values():
        status, challenge, text = await ask(client, route, headers=bear(key))
        assert status == 403
        assert f'scope="{route.scope}"' in challenge
        assert key not in text
    assert (await ask(client, route, headers=bear(right)))[0] not in (401, 403)


@pytest.mark.parametrize("route", GUARDED, ids=name_route)
async def test_two_keys_at_once_are_none(client: Client, access_file: Path, route: Route) -> None:
    key = add_key(access_file, "crm", SCOPES, "2026-03-30")
    status, _, _ = await ask(client, route, headers=[("Authorization", f"Bearer {key}")] * 2)
    assert status == 401


@pytest.mark.parametrize("route", GUARDED, ids=name_route)
async def test_a_key_in_the_query_is_none(client: Client, access_file: Path, route: Route) -> None:
    key = add_key(access_file, "crm", SCOPES, "2026-03-30")
    status, _, text = await ask(client, route, params={"access_token": key})
    assert status == 401
    assert key not in text


@pytest.mark.parametrize("route", GUARDED, ids=name_route)
async def test_without_any_key_only_what_is_published_is_open(client: Client, route: Route) -> None:
    status, _, _ = await ask(client, route)
    assert status == (200 if route.published else 401)


async def test_who_revokes_every_key_opens_nothing(client: Client, access_file: Path) -> None:
    access_file.touch(mode=0o600)
    assert (await client.get("/v1/reports")).status == 401


async def test_published_reports_stay_open_where_the_settings_say_so(folder: Path, access_file: Path) -> None:
    add_key(access_file, "crm", ["people"], "2026-03-30")
    app = make_app(folder, access_file=access_file, open_reports=True)
    async with TestClient(TestServer(app)) as client:
        for route in GUARDED:
            status, _, _ = await ask(client, route)
            assert status == (200 if route.published else 401)


async def test_recommendations_and_health_need_no_key(client: Client, access_file: Path) -> None:
    add_key(access_file, "crm", ["people"], "2026-03-30")
    for path in ("/v1/items/plan/also-viewed", "/healthz", "/metrics", "/openapi.json", "/"):
        assert (await client.get(path)).status == 200


def test_the_description_says_which_key_opens_what() -> None:
    from api.openapi import describe_api

    document = describe_api(ROUTES)
    for route in GUARDED:
        operation = document["paths"][route.template][route.method.lower()]  # type: ignore[index]
        assert operation["security"][0] == {"key": [route.scope]}
        assert {"401", "403"} <= set(operation["responses"])
