"""Tables of every kind come in by a mapping, and wrong ones are refused."""

from datetime import datetime

import polars as pl
import pytest

from tests.shell import run

ROWS = pl.DataFrame({
    "who": ["a", "a", "b", None], "when": [datetime(2026, 3, 2, 8), datetime(2026, 3, 2, 9), None, datetime(2026, 3, 2, 9)],
    "what": ["look", "buy", "look", "look"], "line": [7, 8, 9, 10],
})  # fmt: skip
MAPPING = """
channel = "app"
[fields]
visitor_id = "who"
occurred_at = "when"
name = "what"
item_id = "line"
[time]
zone = "Asia/Shanghai"
[names]
look = "view_item"
buy = "purchase"
"""


@pytest.fixture
def mapping(tmp_path):
    file = tmp_path / "map.toml"
    file.write_text(MAPPING)
    return file


def test_a_parquet_file_is_read_with_its_types(tmp_path, mapping):
    ROWS.write_parquet(tmp_path / "log.parquet")
    ingest = (
        "ingest",
        tmp_path / "log.parquet",
        "--format",
        "parquet",
        "--map",
        mapping,
        "--lake",
        tmp_path / "lake",
        "--json",
    )
    ledger = run(*ingest).document
    assert (ledger["lines"], ledger["events"], ledger["reasons"]) == (4, 2, {"missing_field": 2})
    assert run(*ingest).document["duplicates"] == 4


def test_a_csv_file_says_the_same(tmp_path, mapping):
    ROWS.write_csv(tmp_path / "log.csv")
    ledger = run(
        "ingest", tmp_path / "log.csv", "--format", "csv", "--map", mapping, "--lake", tmp_path / "lake", "--json"
    ).document
    assert (ledger["lines"], ledger["events"], ledger["ignored"], ledger["reasons"]) == (5, 2, 1, {"missing_field": 2})


def test_a_table_that_uses_our_own_names_needs_no_mapping(tmp_path):
    (tmp_path / "log.csv").write_text("visitor_id,occurred_at,page,colour\nann,2026-03-02T08:00:00Z,home,red\n")
    ledger = run(
        "ingest", tmp_path / "log.csv", "--format", "csv", "--channel", "web", "--lake", tmp_path / "lake", "--json"
    ).document
    assert (ledger["events"], ledger["ignored"]) == (1, 1)


def test_what_is_no_parquet_file_is_refused(tmp_path, mapping):
    (tmp_path / "x.parquet").write_text("who,when\n")
    refused = run(
        "ingest", tmp_path / "x.parquet", "--format", "parquet", "--map", mapping, "--lake", tmp_path / "lake", code=3
    )
    assert "does not read as Parquet" in refused.err


def test_a_table_without_the_mapped_columns_is_refused_with_those_it_has(tmp_path, mapping):
    (tmp_path / "x.csv").write_text("user,time\na,1\n")
    refused = run(
        "ingest", tmp_path / "x.csv", "--format", "csv", "--map", mapping, "--lake", tmp_path / "lake", code=3
    )
    assert "no column line, what, when, who; its columns are time, user" in " ".join(refused.err.split())


def test_a_folder_is_all_its_files(tmp_path, mapping):
    folder = tmp_path / "logs"
    (folder / "old").mkdir(parents=True)
    ROWS.head(1).write_csv(folder / "a.csv")
    ROWS.slice(1, 1).write_csv(folder / "old" / "b.csv")
    ledger = run("ingest", folder, "--format", "csv", "--map", mapping, "--lake", tmp_path / "lake", "--json").document
    assert (ledger["lines"], ledger["events"]) == (4, 2)


def test_an_empty_file_is_nothing_and_no_fault(tmp_path):
    (tmp_path / "empty.log").write_bytes(b"")
    ledger = run(
        "ingest",
        tmp_path / "empty.log",
        "--format",
        "combined",
        "--channel",
        "web",
        "--lake",
        tmp_path / "lake",
        "--json",
    ).document
    assert (ledger["lines"], ledger["events"]) == (0, 0)
