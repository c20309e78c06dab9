"""A collector that is open: an app, its spool, and what was written into it."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from api import CollectorSettings, ServeSettings, create_app
from echannel.people.keys import KeyedPseudonym

Client = TestClient[web.Request, web.Application]
Document = dict[str, Any]

NOON = 1_795_284_000.000123
"""A Saturday in November 2026, as the clock of every test."""
PSEUDONYM = KeyedPseudonym(b"k" * 32)
PHONE = "13800138000"


def token(raw: str) -> str:
    return PSEUDONYM("token", raw)


class Desk(NamedTuple):
    """A client, and the spool that its requests end in."""

    client: Client
    spool: Path

    def read(self) -> list[Document]:
        """Read every line of the spool, in the order of writing."""
        return read_spool(self.spool)

    def read_events(self) -> list[Document]:
        """Read the events as the trackers wrote them."""
        return [line["event"] for line in self.read()]

    async def count(self, name: str) -> float:
        """Read one figure of the metrics; 0 where it is not there."""
        text = await (await self.client.get("/metrics")).text()
        return next((float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith(f"{name} ")), 0.0)


def read_spool(folder: Path) -> list[Document]:
    lines: list[Document] = []
    for path in sorted(folder.glob("*")):
        content = path.read_bytes()
        assert content.endswith(b"\n") or not content, f"{path.name} ends with half a line"
        lines += [json.loads(line) for line in content.splitlines()]
    return lines


Open = Callable[..., AbstractAsyncContextManager[Desk]]


@pytest.fixture
def open_desk(tmp_path: Path) -> Open:
    @asynccontextmanager
    async def open_one(**changes: Any) -> AsyncIterator[Desk]:
        collector = CollectorSettings(**{"reserve_bytes": 0, **changes})
        settings = ServeSettings(collector=collector, access_log=False)
        spool = tmp_path / "lake" / "spool"
        app = create_app(settings, tmp_path / "serving", PSEUDONYM, spool_folder=spool, clock=lambda: NOON)
        async with TestClient(TestServer(app)) as client:
            yield Desk(client, spool)

    return open_one


@pytest.fixture
async def desk(open_desk: Open) -> AsyncIterator[Desk]:
    async with open_desk() as one:
        yield one
