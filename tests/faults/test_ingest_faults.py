"""Ingest is killed, and its calls of the system fail one by one: nothing lost, nothing doubled, no half state."""

import errno
import random
from pathlib import Path

import pytest

from tests.faults.company import Company, differ, read_all
from tests.faults.conftest import KILLS, Expected
from tests.faults.jobs import Jobs


def test_a_killed_ingest_goes_on_where_it_was(company: Company, jobs: Jobs, expected: Expected) -> None:
    chance, interrupted = random.Random(1), 0
    for _ in range(KILLS):
        interrupted += jobs.kill(company.renew().ingest, expected.seconds, chance)
        assert_half_done_is_readable(company, expected)
        jobs.time(company.ingest)
        assert differ(expected.tables, read_all(company.lake)) == []
    assert interrupted > KILLS / 2, "too few kills met the work; this test says little"


def test_an_ingest_that_is_killed_again_and_again_comes_to_its_end(
    company: Company, jobs: Jobs, expected: Expected
) -> None:
    chance = random.Random(2)
    company.renew()
    for _ in range(10):
        jobs.kill(company.ingest, expected.seconds, chance)
    jobs.time(company.ingest)
    assert differ(expected.tables, read_all(company.lake)) == []


@pytest.mark.parametrize(("error", "first"), [(errno.EIO, 1), (errno.ENOSPC, 2)], ids=["EIO", "ENOSPC"])
def test_whatever_call_fails_the_next_run_makes_it_whole(
    company: Company, failing_jobs: Jobs, expected: Expected, tmp_path: Path, error: int, first: int
) -> None:
    count = tmp_path / "count"
    assert failing_jobs.run(company.renew().ingest, FAULT_COUNT=str(count)) == 0
    calls = count.read_text().splitlines()
    ends = []
    for at in range(first, len(calls) + 1, 2):
        ends.append(failing_jobs.run(company.renew().ingest, FAULT_AT=str(at), FAULT_ERROR=str(error)))
        assert_half_done_is_readable(company, expected)
        assert failing_jobs.run(company.ingest) == 0
        assert differ(expected.tables, read_all(company.lake)) == [], calls[at - 1]
    assert any(ends), "no fault was noticed"
    assert all(end in (0, 1, 3) for end in ends), ends


def assert_half_done_is_readable(company: Company, expected: Expected) -> None:
    """Read what a fault has left: rows that belong there, each once."""
    for name, rows in read_all(company.lake).items():
        wanted = expected.tables[name]
        assert rows.is_unique().all(), name
        if name in ("events", "quarantine", "orders", "products"):
            assert rows.join(wanted, on=wanted.columns, how="anti", nulls_equal=True).is_empty(), name
