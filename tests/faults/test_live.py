"""Logs are read while they are written and rotated: every line is in the lake once, in the end."""

import gzip
import os
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from lake import Lake
from tests.faults.company import Company
from tests.faults.jobs import ROOT, Jobs
from tests.intake import hit
from tests.shell import CLEAN

SECONDS = 4.0
"""How long is written at least; on a busy machine until enough readings have met the writing."""
MOST_SECONDS = 90.0
READINGS = 3
ENOUGH = "enough"
ROTATIONS = ("rename", "copy and truncate", "gzip")


def write_log(folder: Path, rotation: str) -> int:
    """Write numbered lines in pieces that end anywhere, and rotate now and then; return how many lines there are."""
    chance, number, begun = random.Random(rotation), 0, time.monotonic()

    def goes_on() -> bool:
        seconds = time.monotonic() - begun
        return seconds < SECONDS or (seconds < MOST_SECONDS and not (folder.parent / ENOUGH).exists())

    log = (folder / "access.log").open("ab", buffering=0)
    rest, turns = b"", 0
    while rest or goes_on():
        if not rest and chance.random() < 0.02 and turns < 6:
            log, turns = rotate(folder, rotation, log), turns + 1
        while len(rest) < 3000 and goes_on():
            number += 1
            rest += hit(f"/n/{number}", ip=f"10.0.{number % 7}.{number % 250}").encode() + b"\n"
        size = chance.randrange(1, 3000)
        log.write(rest[:size])
        rest = rest[size:]
        time.sleep(0.005)
    log.close()
    return number


def rotate(folder: Path, rotation: str, log):  # type: ignore[no-untyped-def]
    """Move the generations up by one and begin a new file, as logrotate does; the writer waits meanwhile."""
    for older in sorted(folder.glob("access.log.*"), reverse=True):
        name, _, rest = older.name.removeprefix("access.log.").partition(".")
        older.rename(folder / f"access.log.{int(name) + 1}{'.' + rest if rest else ''}")
    current, first = folder / "access.log", folder / "access.log.1"
    if rotation == "copy and truncate":
        shutil.copyfile(current, first)
        log.truncate(0)
        return log
    current.rename(first)
    log.close()
    if rotation == "gzip":
        with gzip.open(folder / "access.log.1.gz", "wb", compresslevel=1) as packed:
            packed.write(first.read_bytes())
        first.unlink()
    return current.open("ab", buffering=0)


@pytest.mark.parametrize("rotation", ROTATIONS)
def test_every_line_of_a_log_that_is_written_and_rotated_is_read_once(
    rotation: str, company: Company, jobs: Jobs, tmp_path: Path
) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "access.log").touch()
    there = company._replace(lake=tmp_path / "lake").begin()
    command = ["ingest", logs, "--format", "combined", "--channel", "web", "--lake", there.lake]
    writer = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.test_live", logs, rotation], cwd=ROOT, env=CLEAN, stdout=subprocess.PIPE
    )
    ends, seen = list[int](), list[int]()
    with writer:
        while writer.poll() is None:
            ended = jobs.run([command])
            ends.append(ended.code)
            assert ended.code in (0, 3), ended.said
            assert ended.code == 0 or "cut short" in ended.said, ended.said  # a file that is being packed just now
            seen.append(Lake(there.lake).version("events"))
            if len(set(seen)) >= READINGS:
                (tmp_path / ENOUGH).touch()
        assert writer.stdout is not None
        written = int(writer.stdout.read())
    assert jobs.run([[*command, "--finished"]]).code == 0
    events = Lake(there.lake).scan("events").collect()
    counts = Counter(events["page"].to_list())
    assert set(counts.values()) == {1}
    assert counts.keys() == {f"/n/{number}" for number in range(1, written + 1)}
    assert Lake(there.lake).scan("quarantine").collect().is_empty()
    assert len(set(seen)) >= READINGS, "too few readings met the writing; this test says little"


if __name__ == "__main__":
    os.nice(1)
    sys.stdout.write(str(write_log(Path(sys.argv[1]), sys.argv[2])))
