import polars as pl
import pytest
from deltalake import DeltaTable

from lake import TABLES, Exchange, Lake, Overtaken, State
from tests.drawing import draw


def rows(*ids: str) -> pl.DataFrame:
    return draw("event_id | visitor | time\n" + "\n".join(f"{name} | ann | 08:00" for name in ids))


def look(folder) -> State:
    return State(folder / "sessioned", TABLES["sessioned"])


def put(folder, *ids: str, note: str = "1") -> None:
    with Exchange(look(folder)) as exchange:
        exchange.put_in(rows(*ids))
        exchange.commit({"made": note})


def ids(folder) -> list[str]:
    return Lake(folder).scan("sessioned").collect()["event_id"].sort().to_list()


def test_files_give_way_to_others_in_one_commit(tmp_path):
    put(tmp_path, "a")
    put(tmp_path, "b")
    state = look(tmp_path)
    with Exchange(state) as exchange:
        exchange.take_out(state.pieces["file"].head(1))
        exchange.put_in(rows("c"))
        exchange.commit({"made": "2"})
    assert len(ids(tmp_path)) == 2
    assert "c" in ids(tmp_path)
    assert look(tmp_path).version == state.version + 1


def test_of_two_who_saw_the_same_one_loses_and_leaves_no_file(tmp_path):
    put(tmp_path, "a")
    with Exchange(look(tmp_path)) as exchange:
        exchange.put_in(rows("late"))
        put(tmp_path, "b")
        with pytest.raises(Overtaken):
            exchange.commit({})
    assert ids(tmp_path) == ["a", "b"]
    assert len(list((tmp_path / "sessioned").glob("*.parquet"))) == 2


def test_no_rows_make_no_file(tmp_path):
    with Exchange(look(tmp_path)) as exchange:
        exchange.put_in(rows("a").clear())
        exchange.commit({})
    assert list((tmp_path / "sessioned").glob("*.parquet")) == []


def test_a_note_outlives_upkeep(tmp_path):
    put(tmp_path, "a", note="1")
    put(tmp_path, "b", note="2")
    table = DeltaTable(tmp_path / "sessioned")
    table.optimize.compact()
    table.vacuum(0, dry_run=False, enforce_retention_duration=False)
    assert look(tmp_path).version > 2
    assert look(tmp_path).note["made"] == "2"
    assert ids(tmp_path) == ["a", "b"]
