import multiprocessing
from pathlib import Path

import polars as pl
import pytest

from ingest import Event, Order
from lake import Lake
from tests.drawing import draw


def events(*ids: str, day: int = 1) -> pl.DataFrame:
    rows = "\n".join(f"{name} | ann | {day} 08:00" for name in ids)
    return Event.cast(draw(f"event_id | visitor | time\n{rows}").select(Event.column_names()))


def ids(lake: Lake) -> list[str]:
    return lake.scan("events").collect()["event_id"].sort().to_list()


def test_a_table_that_was_never_written_is_empty(tmp_path):
    lake = Lake(tmp_path)
    assert (lake.version("events"), lake.scan("events").collect().shape, lake.note("events")) == (-1, (0, len(Event.column_names())), {})


def test_rows_are_added_once(tmp_path):
    lake = Lake(tmp_path)
    assert lake.append_new("events", lambda: [events("a", "b"), events("b", "c")]) == 3
    assert lake.append_new("events", lambda: [events("c", "d")]) == 1
    assert ids(lake) == ["a", "b", "c", "d"]


def test_nothing_new_makes_no_commit(tmp_path):
    lake = Lake(tmp_path)
    lake.append_new("events", lambda: [events("a")])
    before = lake.version("events")
    assert lake.append_new("events", lambda: [events("a")]) == 0
    assert lake.version("events") == before


def test_no_rows_make_no_table(tmp_path):
    lake = Lake(tmp_path / "lake")
    assert lake.append_new("events", lambda: [events("a").head(0)]) == 0
    assert not (tmp_path / "lake").exists()


def test_frames_that_give_up_leave_nothing_behind(tmp_path):
    lake = Lake(tmp_path)
    lake.append_new("events", lambda: [events("a")])

    def cut_short():
        yield events("b")
        raise ValueError("the file is cut short")

    with pytest.raises(ValueError, match="cut short"):
        lake.append_new("events", cut_short)
    assert ids(lake) == ["a"]


def test_keys_with_nulls_are_compared_too(tmp_path):
    lake = Lake(tmp_path)
    order = Order.cast(
        pl.DataFrame({
            "order_id": [None], "item_id": ["A"], "ordered_at": [0], "person_id": ["ann"], "channel": ["web"],
            "quantity": [1], "price": [None],
        }, schema_overrides={"ordered_at": pl.Datetime("us", "UTC")})
    )  # fmt: skip
    assert lake.append_new("orders", lambda: [order]) == 1
    assert lake.append_new("orders", lambda: [order]) == 0


def test_a_watcher_sees_only_what_is_new(tmp_path):
    lake, seen = Lake(tmp_path), []
    lake.append_new("events", lambda: [events("a")])
    lake.append_new("events", lambda: [events("a", "b")], watch=lambda frame: seen.extend(frame["event_id"]))
    assert seen == ["b"]


def test_a_replaced_table_bears_its_note(tmp_path):
    lake = Lake(tmp_path)
    lake.replace("events", events("a"), {"made_of": "7"})
    lake.replace("events", events("b"), {"made_of": "8"})
    assert ids(lake) == ["b"]
    assert lake.note("events")["made_of"] == "8"


def add(folder: Path, start: int) -> None:
    lake = Lake(folder)
    for number in range(start, 12):
        lake.append_new("events", lambda number=number: [events(f"e{number}", f"e{number + 1}")])


def test_three_writers_of_the_same_rows_write_each_once(tmp_path):
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=add, args=(tmp_path, start)) for start in (0, 1, 2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    assert ids(Lake(tmp_path)) == sorted(f"e{number}" for number in range(13))
