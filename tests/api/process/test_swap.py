import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import structlog
from aiohttp.test_utils import TestClient, TestServer

from api.edition import Stand
from api.observation import Meter
from api.process.swap import Watch
from serving import publish_snapshot, read_current
from tests.api.conftest import Client, make_app
from tests.serving.shop import make_shop

PATH = "/v1/items/plan/also-viewed"


async def wait_until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(5):
        while not await holds():  # type: ignore[misc]
            await asyncio.sleep(0.01)


async def read_version(client: Client) -> str:
    return (await (await client.get(PATH)).json())["model_version"]


async def read_count(client: Client, name: str) -> float:
    text = await (await client.get("/metrics")).text()
    return next(float(line.split()[1]) for line in text.splitlines() if line.startswith(name))


def publish_other(folder: Path) -> str:
    other = replace(make_shop(), for_you=None)
    return publish_snapshot(folder, other, made_at="2026-03-31T00:00:00Z").model_version


async def test_before_the_first_snapshot_it_lives_but_is_not_ready(tmp_path: Path) -> None:
    async with TestClient(TestServer(make_app(tmp_path))) as client:
        assert (await client.get("/healthz")).status == 200
        for path in ("/readyz", PATH, "/v1/reports", "/v1/visitors/x/recommendations"):
            answer = await client.get(path)
            assert answer.status == 503
            assert answer.headers["Retry-After"] == "1"
        publish_other(tmp_path)

        async def is_ready() -> bool:
            return (await client.get("/readyz")).status == 200

        await wait_until(is_ready)


async def test_a_new_snapshot_takes_over_by_itself(client: Client, folder: Path) -> None:
    before = await client.get(PATH)
    fresh = publish_other(folder)

    async def has_changed() -> bool:
        return await read_version(client) == fresh

    await wait_until(has_changed)
    after = await client.get(PATH, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status == 200, "an answer of the old one is no answer of the new"
    assert await read_count(client, "echannel_snapshot_swaps_total") == 2


async def test_a_broken_snapshot_is_refused_and_the_old_one_stays(client: Client, folder: Path) -> None:
    before = await read_version(client)
    fresh = publish_other(folder)
    publish_snapshot(folder, make_shop(), made_at="2026-03-30T00:00:00Z")
    (folder / fresh / "popular.score.npy").write_bytes(b"")
    (folder / "CURRENT").write_text(f"{fresh}\n")

    async def is_refused() -> bool:
        return await read_count(client, "echannel_snapshot_refusals_total") >= 1

    await wait_until(is_refused)
    await asyncio.sleep(0.1)
    assert await read_count(client, "echannel_snapshot_refusals_total") == 1, "once, not with every look"
    assert await read_version(client) == before


@pytest.mark.parametrize("content", ["", "../../etc", "0123456789ab\n"])
async def test_a_pointer_to_nowhere_leaves_the_old_one(client: Client, folder: Path, content: str) -> None:
    before = await read_version(client)
    (folder / "CURRENT").write_text(content)

    async def is_refused() -> bool:
        return await read_count(client, "echannel_snapshot_refusals_total") >= 1

    await wait_until(is_refused)
    assert await read_version(client) == before


async def test_no_request_fails_while_snapshots_change(client: Client, folder: Path) -> None:
    stop = asyncio.Event()
    statuses: list[int] = []

    async def ask() -> None:
        while not stop.is_set():
            statuses.append((await client.get(PATH)).status)

    askers = [asyncio.create_task(ask()) for _ in range(4)]
    for _ in range(3):
        await asyncio.to_thread(publish_other, folder)
        await asyncio.sleep(0.1)
        await asyncio.to_thread(publish_snapshot, folder, make_shop(), made_at="x")
        await asyncio.sleep(0.1)

    async def has_arrived() -> bool:
        return await read_version(client) == read_current(folder)

    await wait_until(has_arrived)
    stop.set()
    await asyncio.gather(*askers)
    assert set(statuses) == {200}
    assert await read_count(client, "echannel_snapshot_swaps_total") > 1


async def test_a_refusal_says_which_file_is_broken(folder: Path) -> None:
    said: list[dict[str, object]] = []
    log = structlog.wrap_logger(structlog.PrintLogger(), processors=[lambda _, level, event: drop(said, level, event)])
    stand, meter = Stand(), Meter()
    watch = Watch(folder, stand, meter, 1_000, log)
    await watch.look()
    taken = stand.edition
    fresh = publish_other(folder)
    (folder / fresh / "popular.score.npy").write_bytes(b"")
    await watch.look()
    await watch.look()
    assert [line["event"] for line in said] == ["snapshot taken", "snapshot refused"]
    assert "popular.score.npy" in str(said[1]["fault"])
    assert stand.edition is taken


def drop(said: list[dict[str, object]], level: str, event: dict[str, object]) -> dict[str, object]:
    """Keep a line of the log here instead of writing it."""
    said.append({"level": level, **event})
    raise structlog.DropEvent
