"""What the tests of faults share: one operator, works on its lake, and processes to run commands in."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.company import Company, invent
from tests.faults.jobs import Jobs, open_jobs
from tests.faults.works import Work, prepare

KILLS = int(os.environ.get("ECHANNEL_KILLS", "30"))
"""How often each kind of work is killed."""
VISITS = 100


@pytest.fixture(scope="session")
def jobs() -> Iterator[Jobs]:
    with open_jobs() as jobs:
        yield jobs


@pytest.fixture(scope="session")
def crew(jobs: Jobs) -> Iterator[list[Jobs]]:
    """Give three processes that work at the same time."""
    with open_jobs() as second, open_jobs() as third:
        yield [jobs, second, third]


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    return invent(tmp_path_factory.mktemp("company"), VISITS)


@pytest.fixture(scope="session")
def works(company: Company, jobs: Jobs, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Work]:
    return {work.name: work for work in prepare(company, jobs, tmp_path_factory.mktemp("starts"))}


@pytest.fixture(scope="session")
def failing_jobs(company: Company, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Jobs]:
    """Give a process whose calls of the system on files of the lake can be made to go wrong."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("install a C compiler (apt-get install gcc libc6-dev) to run this test")
    shim = tmp_path_factory.mktemp("shim") / "failing_calls.so"
    source = Path(__file__).with_name("failing_calls.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", shim, source, "-ldl"], check=True)
    with open_jobs(LD_PRELOAD=str(shim), FAULT_FOLDER=str(company.lake)) as jobs:
        yield jobs
