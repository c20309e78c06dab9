"""Work on a lake is killed at any point: nothing lost, nothing doubled, no half state, and the next run ends it."""

import random
from pathlib import Path

import pytest

from tests.faults.company import differ
from tests.faults.conftest import KILLS
from tests.faults.jobs import Jobs
from tests.faults.test_errors import WORKS, list_calls
from tests.faults.works import Work

IN_A_ROW = 5
"""Kills one after the other before the work is let come to its end."""


@pytest.mark.parametrize("name", WORKS)
def test_killed_work_comes_to_its_end_with_the_next_run(
    name: str, works: dict[str, Work], failing_jobs: Jobs, tmp_path: Path
) -> None:
    work, chance, killed = works[name], random.Random(name), 0
    calls = len(list_calls(work, failing_jobs, tmp_path))
    while killed < KILLS:
        work.begin()
        for place in range(1, IN_A_ROW + 1):
            killed += kill(work, failing_jobs, chance.randint(1, calls // place))
            work.look()
        ended = failing_jobs.run(work.commands)
        assert ended.code == 0, ended.said
        assert differ(work.after, work.look()) == []


def kill(work: Work, jobs: Jobs, at: int) -> bool:
    """Run the work and kill it at one of its calls; tell whether it came so far."""
    ended = jobs.run(work.commands, FAULT_AT=str(at), FAULT_ERROR="KILL")
    assert ended.code in (0, -9), ended.said
    return ended.code == -9
