import threading

import polars as pl
import pytest

from ingest import Event
from lake import Lake, compact, delete_rows, rewrite_rows, share, tidy, upkeep, vacuum, wipe
from tests.drawing import draw

ZOE = pl.col("visitor_id") == "zoe"


def events(*visitors: str) -> pl.DataFrame:
    rows = "\n".join(f"{visitor}-{place} | {visitor} | 08:00" for place, visitor in enumerate(visitors))
    return Event.cast(draw(f"event_id | visitor | time\n{rows}").select(Event.column_names()))


def visitors(lake: Lake) -> list[str]:
    return lake.scan("events").collect()["visitor_id"].sort().to_list()


def everything(lake: Lake) -> str:
    """Read all that lies in the lake's files: their bytes, and the rows of those that are tables."""
    files = [file for file in lake.folder.rglob("*") if file.is_file()]
    rows = [str(pl.read_parquet(file).to_dicts()) for file in files if file.suffix == ".parquet"]
    return " ".join([file.read_bytes().decode("latin-1") for file in files] + rows)


@pytest.fixture
def lake(tmp_path):
    lake = Lake(tmp_path / "lake")
    lake.append_new("events", [events("zoe", "bob")])
    lake.append_new("events", [events("kim")])
    return lake


def test_deleted_rows_are_gone_and_no_other_file_is_touched(lake):
    before = set((lake.folder / "events").glob("*.parquet"))
    assert delete_rows(lake, "events", ZOE) == 1
    assert visitors(lake) == ["bob", "kim"]
    assert len(set((lake.folder / "events").glob("*.parquet")) - before) == 1


def test_nothing_to_delete_makes_no_commit(lake):
    before = lake.version("events")
    assert delete_rows(lake, "events", pl.col("visitor_id") == "nobody") == 0
    assert delete_rows(lake, "orders", pl.lit(True)) == 0
    assert lake.version("events") == before


def test_a_file_of_which_no_row_is_left_goes_whole(lake):
    assert delete_rows(lake, "events", pl.col("visitor_id") == "kim") == 1
    assert visitors(lake) == ["bob", "zoe"]


def test_rows_change_and_others_come_in_one_commit(lake):
    before = lake.version("events")

    def renamed(rows):
        return rows.with_columns(visitor_id=pl.when(ZOE).then(pl.lit("zoé")).otherwise("visitor_id"))

    assert rewrite_rows(lake, "events", ZOE, renamed, events("dan")) == 1
    assert visitors(lake) == ["bob", "dan", "kim", "zoé"]
    assert lake.version("events") == before + 1


def test_after_wiping_no_byte_of_a_deleted_row_is_left(lake):
    (lake.folder / "events" / "part-half-written.parquet").write_bytes(
        (next((lake.folder / "events").glob("*.parquet"))).read_bytes()
    )
    delete_rows(lake, "events", ZOE)
    assert "zoe" in everything(lake)
    assert wipe(lake) == 2
    assert "zoe" not in everything(lake)
    assert visitors(lake) == ["bob", "kim"]


def test_vacuum_leaves_what_young_versions_know(lake):
    delete_rows(lake, "events", ZOE)
    assert vacuum(lake, "events") == 0
    assert "zoe" in everything(lake)


def test_old_versions_go_when_their_time_has_come(lake):
    delete_rows(lake, "events", ZOE)
    before = lake.version("events")
    tidy(lake)
    assert lake.version("events") == before
    assert "zoe" in everything(lake)
    assert vacuum(lake, "events", kept_hours=0) == 1
    assert "zoe" not in everything(lake)


def test_nothing_is_wiped_while_rows_are_on_their_way(lake):
    done = threading.Event()
    wiping = threading.Thread(target=lambda: (wipe(lake), done.set()))
    with share(lake.folder):
        wiping.start()
        assert not done.wait(0.3)
    assert done.wait(5)
    wiping.join()


def test_small_files_are_put_together_where_they_are_many_and_no_commit_names_a_person(lake, monkeypatch):
    assert compact(lake, "events") == 0
    monkeypatch.setattr(upkeep, "SMALL_FILES", 2)
    assert compact(lake, "events") == 2
    assert compact(lake, "events") == 0
    assert visitors(lake) == ["bob", "kim", "zoe"]
    log = [file.read_text() for file in (lake.folder / "events" / "_delta_log").glob("*.json")]
    assert not any("zoe" in record or "kim" in record for record in log)
