import json

import pytest

from tests.shell import run

MAP = '[fields]\noccurred_at = "ts"\nvisitor_id = "device"\nname = "event"\n[time]\nunit = "s"\n[names]\nLook = "view_item"\n'


@pytest.fixture
def lake(tmp_path):
    """Read four lines, of which three fail: two by a name that the mapping forgot, one that is not UTF-8."""
    lines = [
        json.dumps({"ts": 1_772_400_000 + place, "device": "d", "event": event})
        for place, event in enumerate(["login", "Look", "Look"])
    ]
    (tmp_path / "app.ndjson").write_bytes("\n".join(lines).encode() + "\n号码\x1b[31m".encode("gbk") + b"\n")
    (tmp_path / "old.toml").write_text(MAP.partition("[names]")[0])
    (tmp_path / "new.toml").write_text(MAP)
    (tmp_path / "echannel.toml").write_text("[ingest]\nrefuse_above = 1.0\n")
    run("ingest", "app.ndjson", "--format", "ndjson", "--channel", "app", "--map", "old.toml", cwd=tmp_path)
    return tmp_path


def test_lines_are_counted_by_reason_with_an_example(lake):
    rows = run("quarantine", "--json", cwd=lake).document["rows"]
    assert [(row["reason"], row["source"], row["lines"], row["line"]) for row in rows] == [
        ("unknown_name", "app.ndjson", 2, 2),
        ("not_utf8", "app.ndjson", 1, 4),
    ]
    assert rows[1]["example"] == "\\xba\\xc5\\xc2\\xeb\\x1b[31m"


def test_lines_can_be_listed(lake):
    rows = run(
        "quarantine", "--reason", "unknown_name", "--source", "app.ndjson", "--limit", 1, "--json", cwd=lake
    ).document["rows"]
    assert [(row["line"], json.loads(row["text"])["event"]) for row in rows] == [(2, "Look")]
    assert "Look" in run("quarantine", "--limit", 9, cwd=lake).out
    assert run("quarantine", "--source", "another", "--json", cwd=lake).document["rows"] == []


def test_no_terminal_obeys_a_line(lake):
    assert "\x1b" not in run("quarantine", cwd=lake).out


def test_a_replay_prints_one_document_whose_lines_add_up(lake):
    ledger = run("quarantine", "--replay", "--map", "new.toml", "--json", cwd=lake).document
    assert (ledger["lines"], ledger["events"], ledger["quarantined"]) == (3, 2, 1)
    assert [row["reason"] for row in run("quarantine", "--json", cwd=lake).document["rows"]] == ["not_utf8"]
    assert "1 lines = 0 events + 1 quarantined" in run("quarantine", "--replay", "--encoding", "gbk", cwd=lake).out


def test_what_only_a_replay_can_do_needs_one(lake):
    assert "Add --replay" in run("quarantine", "--encoding", "gbk", cwd=lake, code=2).err
