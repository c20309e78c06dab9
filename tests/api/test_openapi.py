"""The description, and what strangers who go by it can do to a running server."""

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
import schemathesis

from api.openapi import describe_api
from api.routes import ROUTES
from serving import publish_snapshot
from tests.api.conftest import Client
from tests.serving.shop import make_shop

ROOT = Path(__file__).parents[2]
SCHEMA = schemathesis.openapi.from_dict(json.loads(json.dumps(describe_api(ROUTES))))


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a server of its own and tell where it listens."""
    folder = tmp_path_factory.mktemp("serving")
    publish_snapshot(folder, make_shop(), made_at="2026-03-30T00:00:00Z")
    command = [sys.executable, "-m", "tests.api.serve", str(folder), "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT) as server:
        assert server.stdout is not None
        yield f"http://127.0.0.1:{int(server.stdout.readline())}"
        server.send_signal(signal.SIGTERM)
        assert server.wait(10) == 0


async def test_the_description_is_served_as_it_was_made(client: Client) -> None:
    document = await (await client.get("/openapi.json")).json()
    assert document == json.loads(json.dumps(describe_api(ROUTES)))
    assert document["openapi"].startswith("3.1")


def test_every_reference_leads_somewhere_and_every_operation_says_what_it_does() -> None:
    document = json.loads(json.dumps(describe_api(ROUTES)))
    text = json.dumps(document)
    schemas = document["components"]["schemas"]
    for reference in {part.split('"')[0] for part in text.split('"$ref": "')[1:]}:
        assert reference.removeprefix("#/components/schemas/") in schemas
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    assert len({operation["operationId"] for operation in operations}) == len(operations) >= 10
    assert all(operation["summary"].endswith(".") for operation in operations)
    assert all(
        node.get("description") or node["schema"].get("description") for o in operations for node in o["parameters"]
    )


@SCHEMA.parametrize()
@hypothesis.settings(
    max_examples=12, deadline=None, suppress_health_check=list(hypothesis.HealthCheck), derandomize=True, database=None
)
def test_no_request_by_the_description_is_the_servers_fault(case: schemathesis.Case, address: str) -> None:
    case.call_and_validate(base_url=address)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_server_serves_and_leaves_in_peace(tmp_path: Path, workers: str) -> None:
    publish_snapshot(tmp_path, make_shop(), made_at="2026-03-30T00:00:00Z")
    command = [sys.executable, "-m", "tests.api.serve", str(tmp_path), workers]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as server:
        assert server.stdout is not None
        assert server.stderr is not None
        port = int(server.stdout.readline())
        for _ in range(20):
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/items/plan/also-viewed", timeout=5) as answer:
                assert json.load(answer)["items"][0]["item_id"] == "phone"
        server.send_signal(signal.SIGTERM)
        assert server.wait(10) == 0
        lines = [json.loads(line) for line in server.stderr.read().splitlines()]
    assert sum(line["event"] == "request" for line in lines) == 20
    assert sum(line["event"] == "snapshot taken" for line in lines) == int(workers)
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1)


def test_a_dead_worker_is_replaced(tmp_path: Path) -> None:
    publish_snapshot(tmp_path, make_shop(), made_at="2026-03-30T00:00:00Z")
    command = [sys.executable, "-m", "tests.api.serve", str(tmp_path), "2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as server:
        assert server.stdout is not None
        assert server.stderr is not None
        server.stdout.readline()
        children = Path(f"/proc/{server.pid}/task/{server.pid}/children")
        first = int(children.read_text().split()[0])
        os.kill(first, signal.SIGKILL)
        taken = 0
        while taken < 3:
            taken += json.loads(server.stderr.readline())["event"] == "snapshot taken"
        after = {int(child) for child in children.read_text().split()}
        assert len(after) == 2
        assert first not in after
        server.send_signal(signal.SIGTERM)
        assert server.wait(10) == 0
    assert not any(Path(f"/proc/{child}").exists() for child in after)


def test_children_leave_when_their_parent_is_killed(tmp_path: Path) -> None:
    publish_snapshot(tmp_path, make_shop(), made_at="2026-03-30T00:00:00Z")
    command = [sys.executable, "-m", "tests.api.serve", str(tmp_path), "2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as server:
        assert server.stdout is not None
        assert server.stderr is not None
        server.stdout.readline()
        server.kill()
        server.stderr.read()  # ends when the last child has closed it


def test_serving_needs_neither_the_training_nor_the_reading_of_logs(tmp_path: Path) -> None:
    program = """
import asyncio, sys
from pathlib import Path
import api, serving
from aiohttp.test_utils import TestClient, TestServer
from tests.serving.shop import make_shop
folder = Path(sys.argv[1])
serving.publish_snapshot(folder, make_shop(), made_at="x")
async def ask():
    app = api.create_app(api.ServeSettings(), folder, lambda kind, raw: raw)
    async with TestClient(TestServer(app)) as client:
        for path in ("/v1/items/plan/also-viewed", "/v1/visitors/x/recommendations?recent=plan", "/metrics", "/"):
            assert (await client.get(path)).status == 200
asyncio.run(ask())
heavy = "polars implicit mlxtend networkx deltalake scipy pandas dataframely pyarrow ingest paths recommend evaluation lake"
print(sorted(set(heavy.split()) & set(sys.modules)))
"""
    told = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert told.stdout.strip() == "[]", told.stderr
