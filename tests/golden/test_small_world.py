"""One small world, frozen: its reports must not change unless somebody means them to.

After a change that is meant, write the file anew: `REWRITE_GOLDEN=1 .venv/bin/python -m pytest tests/golden`, and read
the difference before you commit it.
"""

import os
from pathlib import Path

import msgspec
import pytest

from echannel.reports import Desk, small_cells, write_reports
from echannel.training.tables import Tables
from echannel.tree import Settings
from tests.world import read_world

GOLDEN = Path(__file__).with_name("small_world.json")


def write_down() -> bytes:
    """Write every report of the world, a row a line, floats to nine digits."""
    world = read_world(visits=120, seed=5)
    desk = Desk(Tables(world.sessioned.lazy(), world.orders, world.products), Settings())
    reports = {
        report.name: [",".join(_round(cell) for cell in row) for row in report.rows] for report in write_reports(desk)
    }
    return msgspec.json.format(msgspec.json.encode(reports), indent=1) + b"\n"


def _round(cell: str | float | None) -> str:
    return f"{cell:.9g}" if isinstance(cell, float) else str(cell)


def test_the_reports_of_a_small_world_are_what_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    """However few people a row tells of: what is left out of a small world would freeze nothing."""
    monkeypatch.setattr(small_cells, "SMALLEST_COUNT", 1)
    written = write_down()
    if os.environ.get("REWRITE_GOLDEN"):
        GOLDEN.write_bytes(written)
    assert written.decode() == GOLDEN.read_text()
