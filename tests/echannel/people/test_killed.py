"""Commands about people and the quarantine, killed with SIGKILL wherever they happen to be."""

import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from echannel.people.keys import open_pseudonym
from tests.echannel.people.couple import ANN, LOG, find_traces
from tests.intake import hit
from tests.shell import run

KILLS = 10
COMMANDS = {
    "erase": ["erase", ANN, "--yes"],
    "rotate": ["keys", "rotate"],
    "replay": ["quarantine", "--replay", "--format", "common"],
}


@pytest.fixture
def folder(tmp_path):
    """Fill a lake: four lines are in quarantine because they are of another format."""
    (tmp_path / "echannel.toml").write_text("[ingest]\nrefuse_above = 1.0\n")
    short = [hit(f"/{place}").rsplit(' "', 2)[0] for place in range(4)]
    (tmp_path / "access.log").write_text("\n".join([*LOG[:7], *short]) + "\n")
    run("ingest", "access.log", "--format", "combined", "--channel", "web", cwd=tmp_path)
    run("identity", "show", cwd=tmp_path)
    return tmp_path


def time_command(command: list[str], folder: Path) -> float:
    began = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return time.perf_counter() - began


def kill_after(seconds: float, command: list[str], folder: Path) -> None:
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(seconds)
    process.kill()
    process.wait()


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_killed_anywhere_is_finished_by_running_it_again(folder, tmp_path_factory, name):
    before = open_pseudonym(folder / "lake")("token", ANN)[4:-1]
    command = [sys.executable, "-m", "echannel", *COMMANDS[name]]
    whole = time_command(command, shutil.copytree(folder, tmp_path_factory.mktemp("whole") / "copy"))
    draw = random.Random(name)
    for number in range(KILLS):
        copy = shutil.copytree(folder, tmp_path_factory.mktemp("killed") / str(number))
        kill_after(draw.uniform(0.3, 1.1) * whole, command, copy)
        time_command(command, copy)
        events = pl.read_delta(str(copy / "lake" / "events"))
        assert events["event_id"].is_unique().all()
        assert events.height == {"erase": 3, "rotate": 7, "replay": 11}[name]
        if name == "replay":
            assert pl.read_delta(str(copy / "lake" / "quarantine")).is_empty()
        else:
            assert find_traces(copy / "lake", before) == []
