"""The README's figures are those of the demo."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.words import ROOT
from tests.shell import run

README = (ROOT / "README.md").read_text()


@pytest.mark.slow
def test_the_readme_shows_what_the_demo_answers(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "echannel", "demo", "--out", str(tmp_path / "demo"), "--once"]
    lines = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    settings = tmp_path / "demo/echannel.toml"
    assert '"lines":210378' in lines[-1]
    assert "5,810 of 11,245 clicks from this page went there" in lines[-1]
    assert "160 of 207 orders with this also had it" in lines[-1]
    told = run("report", "stories", "--lake", tmp_path / "demo/lake", settings=settings, COLUMNS="250").out
    rows = [[cell.strip() for cell in line.split("│")] for line in told.splitlines() if "2026-03" in line]
    for page, row in zip(("delivery", "payment", "checkout"), rows, strict=True):
        assert set(_read_row(f"{page} ")) <= set(row)
    log, lake = tmp_path / "demo/web/access.log.gz", tmp_path / "mine"
    first, again = (run("ingest", log, "--channel", "web", "--lake", lake, settings=settings).out for _ in range(2))
    assert all(line in README for line in first.splitlines())
    assert "0 events + 0 quarantined + 94,577 duplicates" in again


def _read_row(start: str) -> list[str]:
    """Read a row of the README's first table."""
    line = next(line for line in README.splitlines() if line.startswith(start))
    return [cell.strip() for cell in line.split("│")]


def test_the_readme_says_the_figures_that_the_demo_is_held_to() -> None:
    figures = ("210,378 lines", "5,810 of 11,245 clicks", "160 of 207 orders")
    assert [figure for figure in figures if figure not in README] == []
