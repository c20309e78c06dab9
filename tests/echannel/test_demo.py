"""The demo goes the whole way by itself."""

import json
import subprocess
import sys

from tests.shell import CLEAN


def test_the_last_line_is_one_document_with_the_servers_answers(tmp_path):
    """Also where the streams are read as one: the server has fallen silent by then."""
    command = [sys.executable, "-m", "echannel", "demo", "--out", str(tmp_path / "demo"), "--visits", "2000"]
    done = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=CLEAN | {"ONCE": "1"},
        cwd=tmp_path,
        text=True,
        check=True,
    )
    last = json.loads(done.stdout.rstrip("\n").rsplit("\n", 1)[-1])
    ledger = last["ingest"]
    assert ledger["lines"] == ledger["events"] + ledger["quarantined"] + ledger["duplicates"] + ledger["ignored"]
    assert len(last["answers"]) == 3
    assert all(
        answer["items"] and answer["model_version"] == last["model_version"] for answer in last["answers"].values()
    )
    assert [entry.name for entry in tmp_path.iterdir()] == ["demo"]


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path):
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "thesis.doc").write_text("years of work")
    command = [sys.executable, "-m", "echannel", "demo", "--out", str(tmp_path), "--once"]
    done = subprocess.run(command, capture_output=True, env=CLEAN, text=True, check=False)
    assert done.returncode == 2
    assert (tmp_path / "web" / "thesis.doc").exists()
