"""The disk refuses one call of the system: it is said what, where and what to do, and the next run makes it whole."""

import errno
import random
import re
from pathlib import Path

import pytest

from echannel.exits import Exit
from tests.faults.company import differ
from tests.faults.jobs import Jobs
from tests.faults.works import Work

WORKS = ["ingest", "drain", "tidy", "publish", "erase", "replay"]
COMMANDS = ["ingest", "drain", "erase", "replay"]
"""Works that a person starts; the others are steps of larger ones."""
ERRORS = (errno.EIO, errno.ENOSPC)
FILE = re.compile(r"_delta_log|/part|\.ndjson|\.npy|manifest|reports|CURRENT|\.lock|\.drain|/serving")
"""What tells files of one kind from those of others."""


@pytest.mark.parametrize("name", WORKS)
def test_an_error_at_each_kind_of_call_is_told_and_the_next_run_makes_it_whole(
    name: str, works: dict[str, Work], failing_jobs: Jobs, tmp_path: Path
) -> None:
    chance, calls = random.Random(name), list_calls(works[name], failing_jobs, tmp_path)
    chosen = {kind: chance.choice(places) for kind, places in sort_calls(calls).items()}
    for error, some in zip(ERRORS, (sorted(chosen)[::2], sorted(chosen)[1::2]), strict=True):
        inject(works[name], failing_jobs, error, {chosen[kind]: str(kind) for kind in some})


@pytest.mark.slow
@pytest.mark.parametrize("turn", [0, 1], ids=["even EIO", "odd ENOSPC"])
@pytest.mark.parametrize("name", WORKS)
def test_an_error_at_every_call_in_turn_is_told_and_the_next_run_makes_it_whole(
    name: str, turn: int, works: dict[str, Work], failing_jobs: Jobs, tmp_path: Path
) -> None:
    """Every call fails in one run or the other: the even ones with EIO, the odd ones with ENOSPC."""
    calls = dict(enumerate(list_calls(works[name], failing_jobs, tmp_path), start=1))
    half = {at: call for at, call in calls.items() if at % 2 == turn}
    inject(works[name], failing_jobs, ERRORS[turn], half)


def inject(work: Work, jobs: Jobs, error: int, calls: dict[int, str]) -> None:
    """Let each of some calls fail in a run of its own; after some of these, let the work come to its end."""
    refused = 0
    for place, (at, call) in enumerate(calls.items()):
        if place % 3 == 0:
            work.begin()
        ended = jobs.run(work.commands, FAULT_AT=str(at), FAULT_ERROR=str(error))
        refused += ended.code != 0
        work.look()
        if work.name in COMMANDS:
            assert ended.code in (Exit.DONE, Exit.DISK), f"{call}: {ended.code}\n{ended.said}"
            assert "Traceback" not in ended.said, f"{call}\n{ended.said}"
            assert ended.code == 0 or "✗ " in ended.said, f"{call}\n{ended.said}"
        if place % 3 == 2 or place == len(calls) - 1:
            again = jobs.run(work.commands)
            assert again.code == 0, f"after {call}\n{again.said}"
            assert differ(work.after, work.look()) == [], call
    assert refused, "no fault was noticed"


def list_calls(work: Work, jobs: Jobs, folder: Path) -> list[str]:
    """List the calls of the system that change the disk, as they are numbered."""
    return [call for call in read_calls(work, jobs, folder) if not call.startswith("sync ")]


def read_calls(work: Work, jobs: Jobs, folder: Path) -> list[str]:
    """Do the work without a fault and list its calls, syncs of all files too."""
    work.begin()
    listed = folder / "calls"
    ended = jobs.run(work.commands, FAULT_LIST=str(listed))
    assert ended.code == 0, ended.said
    return listed.read_text().splitlines()


def sort_calls(calls: list[str]) -> dict[tuple[str, str], list[int]]:
    """Sort calls by their name and the kind of their file; return the places of each kind, from 1."""
    kinds = dict[tuple[str, str], list[int]]()
    for place, call in enumerate(calls, start=1):
        name, _, path = call.partition(" ")
        *_, file = "", *FILE.findall(path.rpartition("/lake")[2])
        kinds.setdefault((name, file), []).append(place)
    return kinds
