"""What has changed in a log's columns is said loudly, and nothing of it is lost."""

import json

import polars as pl
import pytest

from lake import Lake
from tests.shell import run

MAPPING = """
channel = "app"
[fields]
visitor_id = "who"
occurred_at = "when"
price = "price"
campaign = "campaign"
"""
WHEN = "2026-03-02T08:00:00Z"


@pytest.fixture
def ingest(tmp_path):
    (tmp_path / "map.toml").write_text(MAPPING)

    def bring(name, text, **more):
        (tmp_path / name).write_text(text)
        way = (
            "--format",
            name.split(".")[1],
            "--map",
            tmp_path / "map.toml",
            "--lake",
            tmp_path / "lake",
            "--finished",
        )
        return run("ingest", tmp_path / name, *way, "--json", **more).document

    return bring


def read_events(tmp_path):
    return Lake(tmp_path / "lake").scan("events").collect().sort("line")


def test_a_column_that_is_new_is_kept_aside(tmp_path, ingest):
    ledger = ingest("a.csv", f"who,when,price,campaign,colour\nann,{WHEN},5,x,red\nbob,{WHEN},5,x,\n")
    assert (ledger["events"], ledger["notices"]) == (2, [])
    assert [text and json.loads(text) for text in read_events(tmp_path)["extra"]] == [{"colour": "red"}, None]


def test_a_column_that_is_gone_is_null_and_said(tmp_path, ingest):
    ledger = ingest("a.csv", f"who,when,price\nann,{WHEN},5\n")
    assert ledger["events"] == 1
    assert ledger["notices"] == ["a.csv: column campaign is not there: campaign is left empty"]
    assert read_events(tmp_path)["campaign"].to_list() == [None]


def test_a_column_without_which_no_row_can_be_used_is_not_done_without(ingest):
    with pytest.raises(AssertionError, match="it has no column campaign, price, when"):
        ingest("a.csv", "who,time\nann,5\n")


def test_a_column_that_changes_its_type_is_quarantined_and_said(ingest):
    rows = [f"ann,{WHEN},5,x"] * 1200 + [f"ann,{WHEN},five,x"] * 1800
    ledger = ingest("a.csv", "\n".join(["who,when,price,campaign", *rows, ""]))
    assert (ledger["events"], ledger["reasons"]) == (1200, {"bad_number": 1800})
    assert ledger["notices"] == ["a.csv: column price: 1,800 of 3,000 values no longer read as a number"]


def test_telling_columns_reach_neither_the_lake_nor_the_notices_with_their_values(tmp_path, ingest):
    ledger = ingest(
        "a.ndjson",
        json.dumps({"who": "ann", "when": WHEN, "imei": "490154203237518", "note": "call 13800138000"}) + "\n",
    )
    assert ledger["notices"] == [
        "a.ndjson: column imei is left out, because its name says that it tells who somebody is; map it or drop it"
    ]
    assert read_events(tmp_path)["extra"].to_list() == ['{"note":"call <phone>"}']
    for file in (tmp_path / "lake").rglob("*.parquet"):
        assert "490154203237518" not in pl.read_parquet(file).write_json()
