"""What has been answered with yes is on disk: when the process is killed, and when the disk is full."""

import asyncio
import itertools
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from api import seal_abandoned
from tests.api.collector.server import count_kept, send_all, start_server


@pytest.mark.parametrize("sent", [40, 300, 900])
def test_after_a_kill_every_event_that_was_answered_is_there(tmp_path: Path, sent: int) -> None:
    with start_server(tmp_path) as server:
        sending = itertools.count(1)

        def kill_in_the_middle() -> bool:
            if next(sending) == sent:
                server.process.kill()
            return False

        seen = asyncio.run(send_all(server.address, 16, kill_in_the_middle))
    answered = {name for name, status in seen.items() if status == 200}
    assert len(answered) > 10
    seal_abandoned(server.spool)
    kept = count_kept(server.spool)
    assert answered <= set(kept), "an event that was answered with yes is lost"
    assert set(kept.values()) == {1}
    assert set(kept) <= set(seen), "and nothing is there that nobody sent"
    assert not list(server.spool.glob("*.open"))


def test_a_killed_worker_loses_nothing_and_the_others_go_on(tmp_path: Path) -> None:
    with start_server(tmp_path, workers=2) as server:
        children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
        ended = time.monotonic() + 3

        async def kill_one() -> dict[str, int]:
            sending = asyncio.create_task(send_all(server.address, 12, lambda: time.monotonic() > ended))
            await asyncio.sleep(0.4)
            os.kill(int(children[0]), signal.SIGKILL)
            return await sending

        seen = asyncio.run(kill_one())
        logged = server.stop()
    answered = {name for name, status in seen.items() if status == 200}
    kept = count_kept(server.spool)
    assert answered <= set(kept)
    assert set(kept.values()) == {1}
    assert {path.suffix for path in server.spool.iterdir()} == {".ndjson"}, (
        "the new worker finishes the dead one's file"
    )
    assert b"13800138000" not in logged


def test_a_file_that_may_not_grow_costs_no_event_that_was_answered(tmp_path: Path) -> None:
    limit = 30_000
    with start_server(tmp_path, file_bytes=limit) as server:
        ended = time.monotonic() + 1.5
        seen = asyncio.run(send_all(server.address, 8, lambda: time.monotonic() > ended))
        server.stop()
    kept = count_kept(server.spool)
    assert set(seen.values()) == {200, 503}
    assert {name for name, status in seen.items() if status == 200} == set(kept)
    assert set(kept.values()) == {1}
    assert max(path.stat().st_size for path in server.spool.iterdir()) > limit - 3_000


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a disk of 256 KiB."""
    place = tmp_path / "disk"
    place.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(place)]
    if os.geteuid() or subprocess.run(mounting, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small tmpfs needs root; run as root to see a disk really full")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_is_answered_with_come_again_and_room_with_yes(small_disk: Path) -> None:
    with start_server(small_disk) as server:
        ended = time.monotonic() + 1.5
        full = asyncio.run(send_all(server.address, 8, lambda: time.monotonic() > ended))
        assert set(full.values()) == {200, 503}
        kept = count_kept(server.spool)
        assert {name for name, status in full.items() if status == 200} == set(kept)
        for path in server.spool.glob("*.ndjson"):
            path.unlink()  # as reading it away does
        ended = time.monotonic() + 0.5
        seen = asyncio.run(send_all(server.address, 1, lambda: time.monotonic() > ended))
        assert list(seen.values())[-1] == 200 or 200 in seen.values()
        server.stop()
        later = {name for name, status in seen.items() if status == 200}
        assert later <= set(count_kept(server.spool))
