"""The page about the flow names what is in the code, and draws the floor plan as it is."""

import re

import pytest

from tests.docs.words import ROOT, collect_functions, list_imports, list_rooms

PAGE = (ROOT / "docs/how-it-flows.md").read_text()
STEPS = [line.split("|")[2] for line in PAGE.splitlines() if line.startswith("|") and line.count("|") == 4]
FUNCTIONS = sorted({name for cell in STEPS for name in re.findall(r"`(\w+)`", cell)})
PLAN = {
    room: {name.strip() for name in others.split(",")}
    for room, others in re.findall(r"^\| (\w+) \| ([\w, ]+) \|$", PAGE, flags=re.MULTILINE)
    if room != "room"
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_function_on_the_way_exists(name: str) -> None:
    assert name in collect_functions()


def test_every_room_is_on_the_plan() -> None:
    assert set(PLAN) == set(list_rooms())


@pytest.mark.parametrize("room", sorted(set(list_rooms()) - {"echannel"}))
def test_a_room_imports_from_those_rooms_only_that_the_plan_names(room: str) -> None:
    assert list_imports(room) <= PLAN[room]
