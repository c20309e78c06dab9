"""Which logs are read: those that are named, by a path, a pattern, standard input or the settings."""

import io
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from echannel.intake import find_feeds
from lake import Lake
from tests.intake import write_hits
from tests.shell import run


def test_files_folders_and_patterns_name_each_file_once(tmp_path):
    for name in ("a/access.log", "a/b/access.log.1", "a/b/error.log", "a/.hidden/access.log"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = find_feeds([tmp_path / "a", str(tmp_path / "**" / "access.log*"), tmp_path / "a/access.log"])
    assert [str(Path(file).relative_to(tmp_path)) for file in found] == [
        "a/access.log",
        "a/b/access.log.1",
        "a/b/error.log",
    ]


def test_standard_input_is_a_source_and_a_copy_of_a_log_too(tmp_path, monkeypatch):
    log = tmp_path / "access.log"
    write_hits(log, 0, 1, 2)
    options = ("--channel", "web", "--lake", tmp_path / "lake", "--json")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(log.read_bytes())))
    first = run("ingest", "-", "--format", "combined", *options).document
    assert (first["lines"], first["events"], first["formats"]) == (3, 3, {"combined": 1})
    again = run("ingest", log, "--format", "combined", *options).document
    assert (again["lines"], again["events"], again["duplicates"]) == (3, 0, 3)


def test_the_settings_name_sources_and_a_command_without_a_path_reads_them_all(tmp_path):
    (tmp_path / "logs").mkdir()
    write_hits(tmp_path / "logs" / "web.log", 0, 1)
    (tmp_path / "app.csv").write_bytes("time,who,what\n2026-03-02 08:00:00,安,首页\n".encode("gbk"))
    (tmp_path / "map.toml").write_text('[fields]\noccurred_at = "time"\nvisitor_id = "who"\npage = "what"\n')
    settings = tmp_path / "echannel.toml"
    settings.write_text("""
        [sources.web]
        path = ["logs/**/*.log"]
        format = "combined"
        channel = "web"
        [sources.app]
        path = "app.csv"
        format = "csv"
        map = "map.toml"
        channel = "app"
        encoding = "gbk"
        zone = "Asia/Shanghai"
    """)
    ledger = run("ingest", "--lake", tmp_path / "lake", "--json", settings=settings).document
    assert (ledger["events"], ledger["formats"]) == (3, {"combined": 1, "csv": 1})
    app = Lake(tmp_path / "lake").scan("events").filter(pl.col("channel") == "app").collect()
    assert app["page"].to_list() == ["首页"]
    assert app["occurred_at"].to_list() == [datetime(2026, 3, 2, tzinfo=UTC)]


def test_without_a_path_and_without_sources_the_command_says_what_to_do(tmp_path):
    said = run("ingest", "--lake", tmp_path / "lake", code=2, cwd=tmp_path)
    assert "no source is named" in said.err
    assert "[sources.NAME]" in said.err


def test_a_time_zone_that_nobody_knows_is_refused(tmp_path):
    write_hits(tmp_path / "a.log", 0)
    assert (
        "no such time zone"
        in run("ingest", tmp_path / "a.log", "--zone", "Asia/Shanghia", "--lake", tmp_path / "lake", code=2).err
    )


def test_auto_says_what_it_found(tmp_path):
    write_hits(tmp_path / "access.log", *range(20))
    ledger = run("ingest", tmp_path / "access.log", "--channel", "web", "--lake", tmp_path / "lake", "--json").document
    assert ledger["formats"] == {"combined": 1}
    assert any("access.log" in notice for notice in ledger["notices"])
