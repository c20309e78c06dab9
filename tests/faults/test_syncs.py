"""What replaces a file is on the disk before the file goes: a power cut between the two loses neither."""

from itertools import pairwise
from pathlib import Path

import pytest

from tests.faults.jobs import Jobs
from tests.faults.test_errors import read_calls
from tests.faults.works import Work


@pytest.mark.parametrize("name", ["drain", "tidy", "erase"])
def test_files_go_after_a_sync_of_what_replaces_them(
    name: str, works: dict[str, Work], failing_jobs: Jobs, tmp_path: Path
) -> None:
    held = {path.name for path in works[name].start.rglob("*") if path.suffix in (".parquet", ".ndjson")}
    unsynced, gone = set[str](), 0
    for call in read_calls(works[name], failing_jobs, tmp_path):
        kind, _, path = call.partition(" ")
        if kind in ("link", "rename") and not (path.endswith(".json") and '"VACUUM' in Path(path).read_text()):
            unsynced.add(path)  # that files are about to go need not be sure
        elif kind == "sync":
            unsynced.clear()
        elif kind == "fsync":
            unsynced.discard(path)
        elif kind == "unlink" and Path(path).name in held:
            gone += 1
            assert not unsynced, f"{path} goes before {unsynced} is sure to stay"
    assert gone, "nothing went; this test says little"


@pytest.mark.parametrize("name", ["ingest", "drain", "erase", "replay"])
def test_rows_are_on_the_disk_before_a_commit_names_them(
    name: str, works: dict[str, Work], failing_jobs: Jobs, tmp_path: Path
) -> None:
    unsynced, synced = set[str](), 0
    for call in read_calls(works[name], failing_jobs, tmp_path):
        kind, _, path = call.partition(" ")
        if kind == "create" and path.endswith(".parquet") and "/products/" not in path:
            unsynced.add(path)
        elif kind in ("fsync", "unlink"):
            synced += path in unsynced
            unsynced.discard(path)
        elif kind == "link" and "_delta_log" in path:
            table = path.partition("/_delta_log")[0]
            assert not [file for file in unsynced if file.startswith(table)], f"{path} names what may not be there"
    assert synced


@pytest.mark.parametrize("name", ["ingest", "drain", "erase", "replay"])
def test_each_commit_is_on_the_disk_before_the_next_thing_is_done(
    name: str, works: dict[str, Work], failing_jobs: Jobs, tmp_path: Path
) -> None:
    commits = 0
    calls = read_calls(works[name], failing_jobs, tmp_path)
    changes = [call for call in calls if not call.endswith("#1")]
    for call, following in pairwise(changes):
        if call.startswith("link") and "_delta_log" in call and is_ours(Path(call.partition(" ")[2])):
            commits += 1
            assert following == call.replace("link", "fsync")
    assert commits > 2


def is_ours(record: Path) -> bool:
    """Tell whether a commit adds or takes rows: those that make a table, and those of upkeep, are Delta's own."""
    return record.exists() and '"operation":"WRITE"' in record.read_text() and "/products/" not in str(record)
