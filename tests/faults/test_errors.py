"""The disk refuses one call of the system: it is said what, where and what to do, and the next run makes it whole."""

import errno
import re
from pathlib import Path

import pytest

from echannel.exits import Exit
from tests.faults.company import differ
from tests.faults.jobs import Jobs
from tests.faults.test_kills import WORKS
from tests.faults.works import Work

COMMANDS = ["ingest", "drain", "erase", "replay"]
"""Works that a person starts; the others are steps of larger ones."""
VARYING = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27,}|[0-9a-f]{12}(?=$|/)|\d{3,}|unfinished-\w+|\w+\.npy|\d+\.ndjson")


@pytest.mark.parametrize("error", [errno.EIO, errno.ENOSPC], ids=["EIO", "ENOSPC"])
@pytest.mark.parametrize("name", WORKS)
def test_an_error_at_each_kind_of_call_is_told_and_the_next_run_makes_it_whole(
    name: str, error: int, works: dict[str, Work], failing_jobs: Jobs, tmp_path: Path
) -> None:
    work = works[name]
    kinds = list_kinds(work, failing_jobs, tmp_path)
    chosen = sorted(kinds)[error == errno.ENOSPC :: 2]
    inject(work, failing_jobs, error, [(kinds[kind], kind) for kind in chosen])


@pytest.mark.slow
@pytest.mark.parametrize("error", [errno.EIO, errno.ENOSPC], ids=["EIO", "ENOSPC"])
@pytest.mark.parametrize("name", WORKS)
def test_an_error_at_every_call_in_turn_is_told_and_the_next_run_makes_it_whole(
    name: str, error: int, works: dict[str, Work], failing_jobs: Jobs, tmp_path: Path
) -> None:
    work = works[name]
    calls = list_calls(work, failing_jobs, tmp_path)
    inject(work, failing_jobs, error, list(enumerate(calls, start=1)))


def inject(work: Work, jobs: Jobs, error: int, calls: list[tuple[int, str]]) -> None:
    """Let each of some calls fail in a run of its own; after some of these, let the work come to its end."""
    refused = 0
    for place, (at, call) in enumerate(calls):
        if place % 3 == 0:
            work.begin()
        ended = jobs.run(work.commands, FAULT_AT=str(at), FAULT_ERROR=str(error))
        refused += ended.code != 0
        work.look()
        if work.name in COMMANDS:
            assert ended.code in (Exit.DONE, Exit.DISK), f"{call}: {ended.code}\n{ended.said}"
            assert "Traceback" not in ended.said, f"{call}\n{ended.said}"
            assert ended.code == 0 or ended.said.startswith("✗"), f"{call}\n{ended.said}"
        if place % 3 == 2 or place == len(calls) - 1:
            again = jobs.run(work.commands)
            assert again.code == 0, f"after {call}\n{again.said}"
            assert differ(work.after, work.look()) == [], call
    assert refused, "no fault was noticed"


def list_calls(work: Work, jobs: Jobs, folder: Path) -> list[str]:
    """List the calls of the system that change the disk."""
    work.begin()
    listed = folder / "calls"
    ended = jobs.run(work.commands, FAULT_LIST=str(listed))
    assert ended.code == 0, ended.said
    return [call for call in listed.read_text().splitlines() if not call.startswith("sync ")]


def list_kinds(work: Work, jobs: Jobs, folder: Path) -> dict[str, int]:
    """Return a place of each kind of call on each kind of file: the last, when much is done already."""
    calls = list_calls(work, jobs, folder)
    return {VARYING.sub("*", call.replace(str(work.company.lake), "")): at for at, call in enumerate(calls, start=1)}
