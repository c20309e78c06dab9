"""One invented operator, read and trained once for all tests of the front door."""

from pathlib import Path

import pytest

from echannel.demo import LOGS
from simulator import simulate, write_simulation
from tests.shell import run


@pytest.fixture(scope="session")
def operator(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Invent an operator with 3,000 visits."""
    folder = tmp_path_factory.mktemp("operator")
    write_simulation(simulate(visits=3_000, seed=7), folder)
    return folder


@pytest.fixture(scope="session")
def lake(operator: Path) -> Path:
    """Read the operator's logs into a lake and publish from it."""
    folder = operator / "lake"
    for log in LOGS:
        options = ["--channel", log.channel] if log.channel else []
        options += ["--map", operator / log.mapping] if log.mapping else []
        run(
            "ingest",
            operator / log.file,
            "--format",
            log.format,
            *options,
            "--lake",
            folder,
            settings=operator / "echannel.toml",
        )
    run("train", "--lake", folder, settings=operator / "echannel.toml")
    return folder
