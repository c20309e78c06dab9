"""Our path graph beside retentioneering's: transition matrices, shares, times and step matrix, on its own data set.

It brings forty packages and a telemetry client, so it lives in an environment of its own that is made once, with pinned
versions, in a cache folder, and answers from another process.
"""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ingest import Sessioned
from paths import PathSettings, compare_steps, count_edges, count_steps, read_visits

HERE = Path(__file__).parent
PINS = HERE / "retentioneering.txt"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "echannel-peers"
SETTINGS = {
    "kept": PathSettings(repeats="kept"),
    "first": PathSettings(repeats="collapsed", time_of_run="first"),
    "last": PathSettings(repeats="collapsed", time_of_run="last"),
}
NAMES = {"path_start": "(entry)", "path_end": "(exit)"}
MEASURES = {
    "count": "clicks",
    "unique_paths": "sessions",
    "proba_out": "share_out",
    "proba_in": "share_in",
    "share_of_total": "share_of_all",
    "time_median": "median_seconds",
    "time_q95": "p95_seconds",
}
NANOSECONDS = 1e9

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def interpreter() -> Path:
    """Make the environment, or find the one that was made before; skips where no package can be had."""
    folder = CACHE / f"retentioneering-{hashlib.sha256(PINS.read_bytes()).hexdigest()[:12]}"
    python, whole = folder / "bin" / "python", folder / "whole"
    if not whole.exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", PINS]
        done = subprocess.run(install, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"retentioneering cannot be installed here: {done.stderr.strip().splitlines()[-1]}")
        whole.touch()
    return python


@pytest.fixture(scope="module")
def log(data_dir: Path) -> Path:
    """Find retentioneering's own data set."""
    file = data_dir / "retentioneering_ecom" / "ecom.csv.gz"
    if not file.exists():
        pytest.skip(f"{file} is not here")
    return file


@pytest.fixture(scope="module")
def answers(interpreter: Path, log: Path) -> dict[str, Any]:
    """Ask retentioneering."""
    told = subprocess.run(
        [interpreter, HERE / "retentioneering_answers.py", log],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "RETENTIONEERING_NO_TRACK": "1", "PYTHONPATH": ""},
    )
    return json.loads(told.stdout)


@pytest.fixture(scope="module")
def sessioned(log: Path) -> pl.DataFrame:
    """Read the data set as sessions: its own, and its own order within them."""
    told = pl.read_csv(log, try_parse_dates=True).with_row_index("line", 1).sort("session_id", "timestamp", "line")
    given = told.select(
        "session_id",
        line=pl.col("line").cast(pl.Int64),
        event_id=pl.col("line").cast(pl.String),
        occurred_at=pl.col("timestamp").dt.cast_time_unit("us").dt.replace_time_zone("UTC"),
        channel=pl.lit("web"),
        visitor_id="user_id",
        person_id="user_id",
        name=pl.lit("page_view"),
        page="event",
        device="platform",
        source=pl.lit("ecom.csv.gz"),
        step=pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("session_id"),
    )
    absent = [pl.lit(None).alias(name) for name in Sessioned.column_names() if name not in given.columns]
    return Sessioned.cast(given.with_columns(absent))


def name_cells(cells: list[tuple[str, str, float]], unit: float = 1.0) -> dict[tuple[str, str], float]:
    """Call virtual pages as we do."""
    return {(NAMES.get(row, row), NAMES.get(column, column)): value / unit for row, column, value in cells}


@pytest.mark.parametrize("way", SETTINGS)
@pytest.mark.parametrize("measure", MEASURES)
def test_transition_matrices_are_equal(
    answers: dict[str, Any], sessioned: pl.DataFrame, way: str, measure: str
) -> None:
    ours = MEASURES[measure]
    edges = count_edges(sessioned, SETTINGS[way]).select("source", "target", ours)
    timed = measure.startswith("time")
    theirs = name_cells(answers[way]["edges"][measure], NANOSECONDS if timed else 1.0)
    found = {(source, target): value for source, target, value in edges.rows() if value}
    wanted = {edge: value for edge, value in theirs.items() if not timed or not {"(entry)", "(exit)"} & set(edge)}
    assert found == pytest.approx(wanted, rel=1e-12)
    assert len(wanted) > 300


@pytest.mark.parametrize("way", SETTINGS)
def test_the_step_matrix_is_equal(answers: dict[str, Any], sessioned: pl.DataFrame, way: str) -> None:
    steps = count_steps(sessioned, SETTINGS[way])
    found = {(page, str(step)): share for page, step, share in steps.select("page", "step", "share").rows()}
    wanted = {cell: share for cell, share in name_cells(answers[way]["steps"]).items() if cell[1] != "0"}
    assert found == pytest.approx(wanted, rel=1e-12)
    assert max(int(step) for _, step in wanted) == 10


@pytest.mark.parametrize("way", SETTINGS)
def test_the_difference_of_two_step_matrices_is_equal(
    answers: dict[str, Any], sessioned: pl.DataFrame, way: str
) -> None:
    mobile, desktop = (read_visits(sessioned.filter(device=device)) for device in ("mobile", "desktop"))
    told = compare_steps(mobile, desktop, SETTINGS[way]).select("page", "step", "difference")
    found = {(page, str(step)): difference for page, step, difference in told.rows()}
    wanted = {cell: share for cell, share in name_cells(answers[way]["difference"]).items() if cell[1] != "0"}
    assert {cell: found.get(cell, 0.0) for cell in wanted | found} == pytest.approx(
        {cell: wanted.get(cell, 0.0) for cell in wanted | found}, rel=1e-9, abs=1e-12
    )
