"""The spool itself: together on disk, before anybody is told, and nothing told that is not."""

import asyncio
import os
from pathlib import Path

import pytest
import structlog
from prometheus_client import CollectorRegistry

from api import CollectorSettings
from api.collector.meter import CollectorMeter
from api.collector.spool import FullError, Spool, SpoolError
from api.observation import make_logger
from tests.api.collector.conftest import Desk, Open

TP2 = "/com.snowplowanalytics.snowplow/tp2"


def make_spool(folder: Path, **changes: object) -> Spool:
    settings = CollectorSettings(**{"reserve_bytes": 0, **changes})  # type: ignore[arg-type]
    return Spool(folder, settings, CollectorMeter(CollectorRegistry()), make_logger())


async def test_what_arrives_while_the_disk_is_busy_goes_into_one_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    syncs: list[int] = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: (syncs.append(handle), real(handle))[1])
    spool = make_spool(tmp_path)
    async with spool.live():
        await spool.keep(b"first\n")
        before = len(syncs)
        await asyncio.gather(*(spool.keep(f"{number}\n".encode()) for number in range(1000)))
        assert len(syncs) - before <= 3
    (sealed,) = tmp_path.glob("*.ndjson")
    assert sealed.read_bytes().split() == [b"first", *(str(number).encode() for number in range(1000))]


async def test_nothing_is_said_before_it_is_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: (real(handle), order.append("synced"))[0])
    spool = make_spool(tmp_path)
    async with spool.live():
        order.clear()
        await spool.keep(b"a\n")
        order.append("said")
    assert order.index("synced") < order.index("said")


async def test_a_file_is_finished_by_size(tmp_path: Path) -> None:
    spool = make_spool(tmp_path, segment_bytes=100)
    async with spool.live():
        for number in range(30):
            await spool.keep(f"{number:019d}\n".encode())
    assert len(list(tmp_path.glob("*.ndjson"))) == 6
    lines = b"".join(path.read_bytes() for path in sorted(tmp_path.glob("*.ndjson"))).split()
    assert [int(line) for line in lines] == list(range(30))


async def test_a_file_is_finished_by_age(tmp_path: Path) -> None:
    spool = make_spool(tmp_path, segment_seconds=0.05)
    async with spool.live():
        await spool.keep(b"a\n")
        assert not list(tmp_path.glob("*.ndjson"))
        async with asyncio.timeout(5):
            while not list(tmp_path.glob("*.ndjson")):
                await asyncio.sleep(0.01)
        await spool.keep(b"b\n")
        assert len(list(tmp_path.glob("*.open"))) == 1


async def test_a_start_finishes_what_the_dead_left(tmp_path: Path) -> None:
    (tmp_path / "20261121T000000-000000000-00000000.open").write_bytes(b"old\nhalf")
    async with make_spool(tmp_path).live():
        assert [path.read_bytes() for path in tmp_path.glob("*.ndjson")] == [b"old\n"]


async def test_two_processes_write_beside_each_other(tmp_path: Path) -> None:
    one, other = make_spool(tmp_path), make_spool(tmp_path)
    async with one.live():
        await one.keep(b"one\n")
        async with other.live():
            await other.keep(b"other\n")
            await one.keep(b"one again\n")
    assert sorted(path.read_bytes() for path in tmp_path.iterdir()) == [b"one\none again\n", b"other\n"]


async def test_memory_has_an_end(tmp_path: Path) -> None:
    spool = make_spool(tmp_path, queue_bytes=100)
    with spool.hold(1000):
        assert spool.is_full(), "one alone may be larger than the queue"
        with pytest.raises(FullError), spool.hold(1):
            pass
    assert not spool.is_full()


async def test_a_refused_write_is_told_to_all_who_wait_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = make_spool(tmp_path)
    async with spool.live():
        await spool.keep(b"a\n")
        with monkeypatch.context() as patch:
            patch.setattr(os, "write", _refuse)
            told = await asyncio.gather(*(spool.keep(b"x\n") for _ in range(50)), return_exceptions=True)
        assert [type(one) for one in told] == [SpoolError] * 50
        await spool.keep(b"b\n")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"a\nb\n"]


async def test_a_broken_file_is_left_and_finished_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = make_spool(tmp_path, segment_seconds=0.05)
    async with spool.live():
        await spool.keep(b"a\n")
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", _refuse)
            patch.setattr(os, "ftruncate", _refuse)
            with pytest.raises(SpoolError):
                await spool.keep(b"doubtful\nhal")
        await spool.keep(b"b\n")
        async with asyncio.timeout(5):
            while len(list(tmp_path.glob("*.ndjson"))) < 2:
                await asyncio.sleep(0.01)
    assert sorted(path.read_bytes() for path in tmp_path.iterdir()) == [b"a\ndoubtful\n", b"b\n"]


async def test_a_name_that_is_refused_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = make_spool(tmp_path, segment_bytes=1)
    async with spool.live():
        with monkeypatch.context() as patch:
            patch.setattr(Path, "rename", _refuse)
            await spool.keep(b"a\n")
        await spool.keep(b"b\n")
    kept = sorted(path.read_bytes() for path in tmp_path.glob("*.ndjson"))  # in one file, or the first sealed late
    assert b"".join(kept) == b"a\nb\n"


def _refuse(*_: object) -> int:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("what", ["write", "fsync", "open"])
async def test_what_the_disk_refuses_is_to_be_sent_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    body = {"data": [{"e": "pv", "uid": "13800138000"}]}
    if what != "open":
        assert (await desk.client.post(TP2, json=body)).status == 200
    with monkeypatch.context() as patch:
        patch.setattr(os, what, _refuse)
        for _ in range(3):
            answer = await desk.client.post(TP2, json=body)
            assert answer.status == 503
            assert int(answer.headers["Retry-After"]) >= 1
    assert (await desk.client.post(TP2, json=body)).status == 200
    assert len(desk.read()) == (1 if what == "open" else 2)
    assert await desk.count("echannel_spool_failures_total") == 3
    assert await desk.count('echannel_collector_refusals_total{reason="503",tracker="snowplow"}') == 3


async def test_a_disk_that_refuses_is_told_once_and_once_more_when_it_is_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    log = structlog.wrap_logger(structlog.PrintLogger(), processors=[lambda _, level, event: drop(said, event)])
    spool = Spool(tmp_path, CollectorSettings(reserve_bytes=0), CollectorMeter(CollectorRegistry()), log)
    async with spool.live():
        with monkeypatch.context() as patch:
            patch.setattr(os, "write", _refuse)
            for _ in range(3):
                with pytest.raises(SpoolError):
                    await spool.keep(b"13800138000\n")
        await spool.keep(b"a\n")
    assert said == ["spool does not write: No space left on device", "spool writes again: "]


def drop(said: list[str], event: dict[str, object]) -> dict[str, object]:
    """Keep a line of the log here instead of writing it."""
    said.append(f"{event['event']}: {event.get('fault', '')}")
    raise structlog.DropEvent


async def test_a_log_on_the_same_full_disk_costs_nobody_an_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = structlog.wrap_logger(structlog.PrintLogger(), processors=[lambda *_: _refuse()])
    spool = Spool(tmp_path, CollectorSettings(reserve_bytes=0), CollectorMeter(CollectorRegistry()), log)
    async with spool.live(), asyncio.timeout(5):
        with monkeypatch.context() as patch:
            patch.setattr(os, "write", _refuse)
            with pytest.raises(SpoolError):
                await spool.keep(b"a\n")
        await spool.keep(b"a\n")


async def test_room_is_left_for_reading_the_spool_away(open_desk: Open) -> None:
    async with open_desk(reserve_bytes=1 << 60) as desk:
        assert (await desk.client.post(TP2, json={"data": [{"e": "pv"}]})).status == 503
        assert desk.read() == []


async def test_a_full_queue_is_said_at_once(open_desk: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_desk(queue_bytes=200) as desk:
        real, gate = os.fsync, asyncio.Event()
        loop = asyncio.get_running_loop()

        def wait(handle: int) -> None:
            asyncio.run_coroutine_threadsafe(gate.wait(), loop).result(5)
            real(handle)

        monkeypatch.setattr(os, "fsync", wait)
        body = {"data": [{"e": "x" * 50}]}
        asking = [asyncio.create_task(desk.client.post(TP2, json=body)) for _ in range(10)]
        await asyncio.wait(asking, timeout=5, return_when=asyncio.FIRST_COMPLETED)
        await asyncio.sleep(0.1)
        refused = [task.result().status for task in asking if task.done()]
        gate.set()
        statuses = [(await task).status for task in asking]
        assert refused == [503] * len(refused)
        assert len(refused) >= 6
        assert statuses.count(200) == 10 - len(refused) == len(desk.read())
        assert await desk.count("echannel_collector_waiting_bytes") == 0
