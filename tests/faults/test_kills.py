"""Work on a lake is killed at any point: nothing lost, nothing doubled, no half state, and the next run ends it."""

import random
from itertools import cycle
from pathlib import Path

import pytest

from tests.faults.company import differ
from tests.faults.conftest import KILLS
from tests.faults.jobs import Jobs
from tests.faults.test_errors import WORKS, list_calls, sort_calls
from tests.faults.works import Work

FEWER = ("drain", "replay")
"""Works that go the way of others, and are killed thirty times in the slow suite only."""
IN_A_ROW = 3
"""Kills one after the other before the work is let come to its end."""


@pytest.mark.parametrize(
    ("name", "kills"),
    [(name, KILLS // 3 if name in FEWER else KILLS) for name in WORKS]
    + [pytest.param(name, KILLS, marks=pytest.mark.slow, id=f"{name}, often") for name in FEWER],
)
def test_killed_work_comes_to_its_end_with_the_next_run(
    name: str, kills: int, works: dict[str, Work], failing_jobs: Jobs, tmp_path: Path
) -> None:
    work, chance, killed = works[name], random.Random(name), 0
    kinds = sort_calls(list_calls(work, failing_jobs, tmp_path))
    points = cycle(chance.sample(sorted(kinds), len(kinds)))
    while killed < kills:
        work.begin()
        for _ in range(IN_A_ROW):
            kind = next(points)
            killed += kill(work, failing_jobs, *kind, chance.randint(1, len(kinds[kind])))
            work.look()
        ended = failing_jobs.run(work.commands)
        assert ended.code == 0, ended.said
        assert differ(work.after, work.look()) == []


def kill(work: Work, jobs: Jobs, name: str, file: str, at: int) -> bool:
    """Run the work and kill it at one of its calls of a kind; tell whether it came so far."""
    point = {"FAULT_NAME": name, "FAULT_FILE": file, "FAULT_AT": str(at)}
    ended = jobs.run(work.commands, **point, FAULT_ERROR="KILL")
    assert ended.code in (0, -9), ended.said
    return ended.code == -9
