"""Works: what a lake is busy with when a fault comes; where each begins, and what must be true whenever it is cut."""

import shutil
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import polars as pl

from echannel.places import find_serving_folder
from lake import Lake
from serving import publish_snapshot
from tests.faults.company import SEGMENTS, Company, read_all
from tests.faults.jobs import Commands, Jobs

Tables = dict[str, pl.DataFrame]
PIECES = 66
"""Small files of a table that is worth tidying."""


class Work(NamedTuple):
    """Commands that change a lake from one state to another."""

    name: str
    company: Company
    start: Path
    commands: Commands
    before: Tables
    after: Tables
    check: Callable[["Work", Tables], None]
    """What more must be true of this work's half-done states."""

    def __repr__(self) -> str:
        return self.name

    def begin(self) -> None:
        """Bring the lake into the state from which the work begins."""
        self.company.begin(self.start)

    def look(self) -> Tables:
        """Read everything, and find nothing there but what was, or comes: nothing lost, nothing doubled, no half row."""
        found = read_all(self.company.lake)
        for name in found:
            rows, before, after = (_reduce(name, state[name]) for state in (found, self.before, self.after))
            assert rows.is_unique().all(), f"{name}: a row is there twice"
            assert _count_missing(rows, pl.concat([before, after])) == 0, f"{name}: a row that belongs to neither state"
            kept = before.join(after, on=after.columns, how="semi", nulls_equal=True)
            assert _count_missing(kept, rows) == 0, f"{name}: a row that was to stay is gone"
        self.check(self, found)
        return found


def prepare(company: Company, jobs: Jobs, folder: Path) -> list[Work]:
    """Make the lakes from which works begin, and do each work once without a fault."""
    empty, spooled, full, scattered = (folder / name for name in ("empty", "spooled", "full", "scattered"))
    company.begin()
    empty.mkdir(parents=True)
    company.fill_spool()
    shutil.copytree(company.lake, spooled)
    company.begin()
    jobs.time(company.ingest)
    company.fill_spool()
    jobs.time([["identity", "show", *company.settings]])
    publish_snapshot(find_serving_folder(company.lake), company.make_snapshot(), made_at="2026-03-01T00:00:00+00:00")
    shutil.copytree(company.lake, full)
    _scatter(Lake(company.lake), "events")
    shutil.copytree(company.lake, scattered)
    replay = ["quarantine", "--replay", "--encoding", "gbk", "--source", "shop.log", *company.settings]
    return [
        _do(company, jobs, "ingest", empty, company.ingest),
        _do(company, jobs, "drain", spooled, [["ingest", "--lake", company.lake]], _check_spool),
        _do(company, jobs, "tidy", scattered, [["tidy", company.lake]]),
        _do(company, jobs, "publish", full, [["publish", company.lake]], _check_published),
        _do(company, jobs, "erase", full, [["erase", company.person, "--yes", *company.settings]]),
        _do(company, jobs, "replay", full, [replay], _check_replayed),
    ]


def _do(
    company: Company,
    jobs: Jobs,
    name: str,
    start: Path,
    commands: Commands,
    check: Callable[[Work, Tables], None] = lambda _work, _found: None,
) -> Work:
    company.begin(start)
    before = read_all(company.lake)
    jobs.time(commands)
    return Work(name, company, start, commands, before, read_all(company.lake), check)


def _scatter(lake: Lake, name: str) -> None:
    """Write a table anew in many small files."""
    rows = lake.scan(name).collect()
    lake.replace(name, rows.clear())
    for begin, end in pairwise(len(rows) * place // PIECES for place in range(PIECES + 1)):
        lake.append_new(name, [rows[begin:end]])


def _reduce(name: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Leave out what changes on the way: a link is undone before it is deleted."""
    return rows.select("visitor_id", "customer_id") if name == "identity" else rows


def _count_missing(rows: pl.DataFrame, among: pl.DataFrame) -> int:
    return rows.join(among, on=among.columns, how="anti", nulls_equal=True).height


def _check_spool(work: Work, found: Tables) -> None:
    """Every event is in the lake, or still waits in the spool."""
    waiting = len(list((work.company.lake / "spool").glob("*.ndjson")))
    if waiting < SEGMENTS:
        assert found["events"].equals(work.after["events"])
        assert found["quarantine"].equals(work.after["quarantine"])


def _check_published(work: Work, found: Tables) -> None:
    """What answers is the one snapshot or the other, whole."""
    assert any(found["published"].equals(state["published"]) for state in (work.before, work.after))


def _check_replayed(work: Work, found: Tables) -> None:
    """A line leaves the quarantine only when its event is there."""
    if not found["quarantine"].equals(work.before["quarantine"]):
        assert found["events"].equals(work.after["events"])
