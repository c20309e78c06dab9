"""What the tests of faults share: one operator, what its lake must hold, and processes to run commands in."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import polars as pl
import pytest

from tests.faults.company import Company, invent, read_all
from tests.faults.jobs import Jobs, open_jobs

KILLS = int(os.environ.get("ECHANNEL_KILLS", "30"))
"""How often each kind of work is killed."""


class Expected(NamedTuple):
    """What the lake holds after a day without faults, and how long that took."""

    tables: dict[str, pl.DataFrame]
    seconds: float


@pytest.fixture(scope="session")
def jobs() -> Iterator[Jobs]:
    with open_jobs() as jobs:
        yield jobs


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    return invent(tmp_path_factory.mktemp("company"), visits=200)


@pytest.fixture(scope="session")
def expected(company: Company, jobs: Jobs) -> Expected:
    jobs.time(company.renew().ingest)
    seconds = jobs.time(company.renew().ingest)
    return Expected(read_all(company.lake), seconds)


@pytest.fixture(scope="session")
def failing_jobs(company: Company, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Jobs]:
    """Give a process whose calls of the system on files of the lake can be made to fail."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("install a C compiler (apt-get install gcc libc6-dev) to run this test")
    shim = tmp_path_factory.mktemp("shim") / "failing_calls.so"
    source = Path(__file__).with_name("failing_calls.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", shim, source, "-ldl"], check=True)
    with open_jobs(LD_PRELOAD=str(shim), FAULT_FOLDER=str(company.lake)) as jobs:
        yield jobs
