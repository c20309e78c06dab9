"""The description, and what strangers who go by it can do to a running server."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
import schemathesis
from schemathesis.specs.openapi.checks import positive_data_acceptance

from api import SCOPES, add_key
from api.openapi import describe_api
from api.routes import ROUTES
from serving import publish_snapshot
from tests.api.conftest import Client
from tests.serving.shop import make_shop

ROOT = Path(__file__).parents[2]
SCHEMA = schemathesis.openapi.from_dict(json.loads(json.dumps(describe_api(ROUTES))))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Start a server of its own and tell where it listens, and a key that opens everything."""
    folder = tmp_path_factory.mktemp("serving")
    key = add_key(folder / "access", "stranger", SCOPES, "2026-03-30")
    publish_snapshot(folder, make_shop(), made_at="2026-03-30T00:00:00Z")
    command = [sys.executable, "-m", "tests.api.serve", str(folder), "1", str(folder / "access")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT) as server:
        assert server.stdout is not None
        yield f"http://127.0.0.1:{int(server.stdout.readline())}", key
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
    max_examples=5, deadline=None, suppress_health_check=list(hypothesis.HealthCheck), derandomize=True, database=None
)
def test_no_request_by_the_description_is_the_servers_fault(case: schemathesis.Case, server: tuple[str, str]) -> None:
    address, key = server
    unsaid = [positive_data_acceptance] if case.method in ("POST", "PUT") else []  # no schema can say that ids differ
    case.call_and_validate(
        base_url=address, headers={"Authorization": f"Bearer {key}"}, excluded_checks=unsaid, timeout=20
    )
