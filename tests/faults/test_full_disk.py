"""The disk is full, really: what is refused is said, nothing is half written, and with room it goes on."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from echannel.exits import Exit
from tests.faults.company import differ
from tests.faults.jobs import Jobs
from tests.faults.works import Work

SHARES = [0.0, 0.15, 0.4, 0.7, 0.9]
"""How much of what the work needs there is room for, one try after the other."""
PAGE = os.sysconf("SC_PAGE_SIZE")


@pytest.fixture(scope="module")
def small_disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Mount a disk of 24 MiB."""
    place = tmp_path_factory.mktemp("disk")
    mounting = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(place)]
    if os.geteuid() or subprocess.run(mounting, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small tmpfs needs root; run as root to see a disk really full")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize("name", ["ingest", "drain", "publish", "erase", "replay"])
def test_a_full_disk_is_told_and_with_room_the_work_comes_to_its_end(
    name: str, works: dict[str, Work], jobs: Jobs, small_disk: Path
) -> None:
    (small_disk / "ballast").unlink(missing_ok=True)
    work = move(works[name], small_disk)
    need = measure(work, jobs, small_disk)
    work.begin()
    refused = 0
    for share in SHARES:
        leave_room(small_disk, int(need * share))
        ended = jobs.run(work.commands)
        refused += ended.code != 0
        assert name == "publish" or ended.code in (Exit.DONE, Exit.DISK), ended.said
        assert name == "publish" or ended.code == 0 or "✗ " in ended.said
        work.look()
    assert refused > 1, "the disk was never full"
    (small_disk / "ballast").unlink()
    ended = jobs.run(work.commands)
    assert ended.code == 0, ended.said
    assert differ(work.after, work.look()) == []


def move(work: Work, folder: Path) -> Work:
    """Let a work be done on a lake that lies elsewhere."""
    there = work.company._replace(lake=folder / "lake")
    commands = [[there.lake if word == work.company.lake else word for word in command] for command in work.commands]
    return work._replace(company=there, commands=commands)


def measure(work: Work, jobs: Jobs, folder: Path) -> int:
    """Measure how many bytes the work needs, old versions and all."""
    work.begin()
    before = count_room(folder)
    jobs.time(work.commands)
    return max(before - count_room(folder), 40 * PAGE)


def count_room(folder: Path) -> int:
    told = os.statvfs(folder)
    return told.f_bavail * told.f_frsize


def leave_room(folder: Path, size: int) -> None:
    """Fill the disk but for so many bytes."""
    with (folder / "ballast").open("ab") as ballast:
        missing = count_room(folder) - size
        if missing > 0:
            ballast.write(bytes(missing))
        else:
            ballast.truncate(ballast.tell() + missing)
