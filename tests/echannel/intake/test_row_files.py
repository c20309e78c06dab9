"""Parquet files: typed rows come in bounded pieces, and damaged files are refused."""

import polars as pl
import pytest

from tests.shell import run

MAPPING = '[fields]\nvisitor_id = "who"\noccurred_at = "when"\n[time]\nunit = "s"\n'
ROWS = 250_000


@pytest.fixture
def table(tmp_path):
    (tmp_path / "map.toml").write_text(MAPPING)
    number = pl.int_range(ROWS, eager=True)
    rows = pl.DataFrame({"who": number % 1000, "when": 1_772_409_600 + number, "what": number.hash().cast(pl.String)})
    rows.write_parquet(tmp_path / "log.parquet", row_group_size=60_000)
    return tmp_path / "log.parquet"


def ingest(table, code=0):
    lake = table.parent / "lake"
    way = ("--format", "parquet", "--map", table.parent / "map.toml", "--channel", "app", "--lake", lake, "--json")
    return run("ingest", table, *way, code=code)


def test_a_file_of_many_pieces_comes_in_once(table):
    assert ingest(table).document["events"] == ROWS
    again = ingest(table).document
    assert (again["events"], again["duplicates"]) == (0, ROWS)


def test_a_file_cut_short_is_refused_before_anything_is_written(table):
    table.write_bytes(table.read_bytes()[:-1000])
    refused = ingest(table, code=3)
    assert "does not read as Parquet" in " ".join(refused.err.split())


def test_a_file_damaged_further_on_is_refused_where_the_damage_is(table):
    content = bytearray(table.read_bytes())
    content[len(content) * 3 // 4 : len(content) * 3 // 4 + 2000] = bytes(2000)
    table.write_bytes(content)
    refused = ingest(table, code=3)
    assert "it is damaged behind row" in " ".join(refused.err.split())
