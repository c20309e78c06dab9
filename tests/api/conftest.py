"""A shop that is open: its snapshot on disk and an app that answers from it."""

import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from api import ServeSettings, create_app
from api.messages import Problem
from serving import publish_snapshot
from tests.serving.shop import JUNE, make_shop

FAKE_CLERK = [sys.executable, "-m", "tests.api.clerk.fake"]

Client = TestClient[web.Request, web.Application]


def name_person(kind: str, raw: str) -> str:
    """Stand in for the keyed pseudonyms of the front door."""
    return f"{kind}:{raw}"


def make_app(
    folder: Path, *, access_file: Path | None = None, clerk_command: Sequence[str] = (), **changes: object
) -> web.Application:
    """Make an app whose clock stands in June."""
    settings = ServeSettings(**{"refresh_seconds": 0.02, **changes})  # type: ignore[arg-type]
    return create_app(
        settings,
        folder,
        name_person,
        access_file=access_file,
        clerk_command=clerk_command,
        clock=lambda: JUNE / 1000,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    publish_snapshot(tmp_path, make_shop(), made_at="2026-03-30T00:00:00Z")
    return tmp_path


@pytest.fixture
async def client(folder: Path) -> AsyncIterator[Client]:
    async with TestClient(TestServer(make_app(folder))) as client:
        yield client


async def read_problem(response) -> dict:  # type: ignore[no-untyped-def]
    """Read a problem, and see that it is one."""
    assert response.content_type == "application/problem+json"
    assert response.headers["Cache-Control"] == "no-store"
    problem = await response.json()
    assert problem["status"] == response.status
    assert set(problem) <= set(Problem.__struct_fields__)
    return problem
