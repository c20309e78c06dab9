"""The house has the rooms of its plan, and each room one door."""

import ast
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("echannel", "api", "cluster", "paths", "recommend", "evaluation", "ingest", "simulator", "serving", "lake")
BESIDE = {"tests", "benchmarks", "docs", "examples", "locks", ".ci"}


def test_no_folder_stands_in_the_root_that_is_not_on_the_plan() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    folders = {line.split("/", 1)[0] for line in listed.splitlines() if "/" in line}
    assert folders == {*ROOMS, *BESIDE}


@pytest.mark.parametrize("room", ROOMS)
def test_a_door_is_one_sentence_and_what_it_hands_out(room: str) -> None:
    door = ast.parse((ROOT / room / "__init__.py").read_text())
    sentence = ast.get_docstring(door)
    assert sentence is not None
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert not [node for node in door.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    assert any(isinstance(node, ast.Assign | ast.AnnAssign) and "__all__" in ast.dump(node) for node in door.body)


def test_every_room_is_packed_and_under_contract() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
    assert set(project["hatch"]["build"]["targets"]["wheel"]["packages"]) == set(ROOMS)
    assert set(project["importlinter"]["root_packages"]) == set(ROOMS)


def test_locks_hold_hashes_and_no_addresses() -> None:
    for lock in (ROOT / "locks").glob("*.txt"):
        text = lock.read_text()
        assert "--hash=sha256:" in text
        assert "://" not in text
        assert "--index-url" not in text


@pytest.mark.parametrize("word", ["utils", "helpers", "common", "base", "manager"])
def test_no_file_bears_a_name_that_says_nothing(word: str) -> None:
    assert not [file for room in ROOMS for file in (ROOT / room).rglob(f"{word}.py")]
