"""Reports on demand over HTTP, with a clerk that needs no lake."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from api import SCOPES, ClerkSettings, add_key
from tests.api.conftest import FAKE_CLERK, Client, make_app, read_problem

QUERY = "/v1/reports/query"


@pytest.fixture
async def client(folder: Path, tmp_path: Path) -> AsyncIterator[Client]:
    file = tmp_path / "lake.access"
    headers = {"Authorization": f"Bearer {add_key(file, 'all', SCOPES, '2026-03-30')}"}
    app = make_app(folder, access_file=file, clerk_command=FAKE_CLERK, clerk=ClerkSettings(seconds=3))
    async with TestClient(TestServer(app), headers=headers) as client:
        yield client


async def test_a_report_is_made_on_demand_and_bears_a_tag(client: Client) -> None:
    first, again = [await client.post(QUERY, json={"report": "overview"}) for _ in range(2)]
    assert (await first.json())["name"] == "overview"
    assert first.headers["ETag"] == again.headers["ETag"]
    assert first.headers["Cache-Control"] == "private, max-age=60"


async def test_all_that_does_not_fit_is_told_at_once(client: Client) -> None:
    wrong = {"report": 1, "by": "month", "groups": ["app"], "step": 0, "stpe": 2, "13800138000": 1}
    problem = await read_problem(await client.post(QUERY, json=wrong))
    assert problem["status"] == 422
    places = [fault["where"] for fault in problem["errors"]]
    assert places == ["(not shown)", "stpe", "report", "by", "groups", "step"]
    assert "Did you mean step" in problem["errors"][1]["what"]


@pytest.mark.parametrize("body", [[], 1, "funnel"])
async def test_what_is_no_query_is_refused(client: Client, body: object) -> None:
    assert (await read_problem(await client.post(QUERY, json=body)))["status"] == 422


async def test_a_query_that_takes_too_long_is_a_problem_and_the_next_is_answered(client: Client) -> None:
    assert (await read_problem(await client.post(QUERY, json={"report": "slow"})))["status"] == 504
    assert (await client.post(QUERY, json={"report": "overview"})).status == 200


async def test_a_process_that_dies_is_a_problem_and_says_when_to_come_again(client: Client) -> None:
    response = await client.post(QUERY, json={"report": "dead"})
    assert (await read_problem(response))["status"] == 503
    assert int(response.headers["Retry-After"]) > 0
    assert (await client.post(QUERY, json={"report": "overview"})).status == 200
