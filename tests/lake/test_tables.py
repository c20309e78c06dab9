import fcntl
import itertools
import multiprocessing
from pathlib import Path

import polars as pl
import pytest
from deltalake import DeltaTable

from echannel.sessions.refresh import refresh_sessions
from echannel.tree import Settings
from ingest import Event, Order, Product
from lake import Lake
from tests.drawing import at, draw


def events(*ids: str, day: int = 1) -> pl.DataFrame:
    rows = "\n".join(f"{name} | ann | {day} 08:00" for name in ids)
    return Event.cast(draw(f"event_id | visitor | time\n{rows}").select(Event.column_names()))


def products(price: float) -> pl.DataFrame:
    unknown = [pl.lit(None).alias(name) for name in Product.column_names() if name not in ("item_id", "price")]
    return Product.cast(pl.DataFrame({"item_id": ["A"], "price": [price]}).with_columns(unknown))


def ids(lake: Lake) -> list[str]:
    return lake.scan("events").collect()["event_id"].sort().to_list()


def test_a_table_that_was_never_written_is_empty(tmp_path):
    lake = Lake(tmp_path)
    assert (lake.version("events"), lake.scan("events").collect().shape, lake.note("events")) == (
        -1,
        (0, len(Event.column_names())),
        {},
    )


def test_rows_are_added_once(tmp_path):
    lake = Lake(tmp_path)
    assert lake.append_new("events", [events("a", "b"), events("b", "c")]) == 3
    assert lake.append_new("events", [events("c", "d")]) == 1
    assert ids(lake) == ["a", "b", "c", "d"]


def test_nothing_new_makes_no_commit(tmp_path):
    lake = Lake(tmp_path)
    lake.append_new("events", [events("a")])
    before = lake.version("events")
    assert lake.append_new("events", [events("a")]) == 0
    assert lake.version("events") == before


def test_no_rows_make_no_table(tmp_path):
    lake = Lake(tmp_path / "lake")
    assert lake.append_new("events", [events("a").head(0)]) == 0
    assert not (tmp_path / "lake").exists()


def test_frames_that_give_up_leave_nothing_behind(tmp_path):
    lake = Lake(tmp_path)
    lake.append_new("events", [events("a")])

    def cut_short():
        yield events("b")
        raise ValueError("the file is cut short")

    with pytest.raises(ValueError, match="cut short"):
        lake.append_new("events", cut_short())
    assert ids(lake) == ["a"]


def test_keys_with_nulls_are_compared_too(tmp_path):
    lake = Lake(tmp_path)
    order = Order.cast(
        pl.DataFrame({
            "order_id": [None], "item_id": ["A"], "ordered_at": [0], "person_id": ["ann"], "channel": ["web"],
            "quantity": [1], "price": [None],
        }, schema_overrides={"ordered_at": pl.Datetime("us", "UTC")})
    )  # fmt: skip
    assert lake.append_new("orders", [order]) == 1
    assert lake.append_new("orders", [order]) == 0


def test_a_watcher_sees_only_what_is_new(tmp_path):
    lake, seen = Lake(tmp_path), []
    lake.append_new("events", [events("a")])
    lake.append_new("events", [events("a", "b")], watch=lambda rows: seen.extend(rows.collect()["event_id"]))
    assert seen == ["b"]


def test_a_replaced_table_bears_its_note(tmp_path):
    lake = Lake(tmp_path)
    lake.replace("events", events("a"), {"made_of": "7"})
    lake.replace("events", events("b"), {"made_of": "8"})
    assert ids(lake) == ["b"]
    assert lake.note("events")["made_of"] == "8"


def test_a_table_without_moments_is_replaced_too(tmp_path):
    lake = Lake(tmp_path)
    for price in (59.0, 69.0):
        lake.replace("products", products(price))
    assert lake.scan("products").collect()["price"].to_list() == [69.0]
    lake.replace("products", Product.create_empty())
    assert lake.scan("products").collect().is_empty()


def replace(folder: Path, name: str) -> None:
    for _ in range(12):
        Lake(folder).replace("events", events(name, f"{name}2"))


def test_of_three_who_replace_a_table_at_once_one_stays_whole(tmp_path):
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=replace, args=(tmp_path, name)) for name in "abc"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    assert ids(Lake(tmp_path)) in (["a", "a2"], ["b", "b2"], ["c", "c2"])


def add(folder: Path, start: int) -> None:
    lake = Lake(folder)
    for number in range(start, 12):
        lake.append_new("events", [events(f"e{number}", f"e{number + 1}")])


def test_three_writers_of_the_same_rows_write_each_once(tmp_path):
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=add, args=(tmp_path, start)) for start in (0, 1, 2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    assert ids(Lake(tmp_path)) == sorted(f"e{number}" for number in range(13))


def received(*rows: tuple[str, str | None, str, int], day: int = 1) -> pl.DataFrame:
    """Draw events by id, hour of receipt, source and line; the item tells which of two it is."""
    drawn = "\n".join(f"{name} | ann | {day} 08:00 | {source}{line}" for name, _, source, line in rows)
    times = pl.Series([at(time) if time else None for _, time, _, _ in rows], dtype=pl.Datetime("us", "UTC"))
    frame = draw(f"event_id | visitor | time | item\n{drawn}").with_columns(
        received_at=times,
        source=pl.Series([source for *_, source, _ in rows]),
        line=pl.Series([row[-1] for row in rows]),
    )
    return Event.cast(frame.select(Event.column_names()))


def items(lake: Lake) -> dict[str, str]:
    return dict(lake.scan("events").select("event_id", "item_id").collect().iter_rows())


COPIES = [
    ("a", None, "z", 1),
    ("a", "09:00", "y", 7),
    ("a", "08:30", "x", 4),
    ("a", "08:30", "w", 9),
    ("a", "08:30", "w", 3),
]


@pytest.mark.parametrize("order", list(itertools.permutations(range(len(COPIES))))[::7])
def test_of_two_rows_with_one_id_the_one_received_first_stays_in_whatever_order_they_come(tmp_path, order):
    lake = Lake(tmp_path)
    added = sum(lake.append_new("events", [received(COPIES[place], (f"b{place}", None, "q", 1))]) for place in order)
    assert added == 1 + len(COPIES)
    assert items(lake)["a"] == "w3"
    assert lake.scan("events").collect().height == added


def test_of_two_rows_in_one_part_the_one_received_first_stays(tmp_path):
    lake = Lake(tmp_path)
    assert lake.append_new("events", [received(*COPIES[:2]), received(*COPIES[2:])]) == 1
    assert items(lake) == {"a": "w3"}


def test_a_row_that_gives_way_is_counted_for_those_who_built_on_it(tmp_path):
    lake = Lake(tmp_path)
    lake.append_new("events", [received(COPIES[0], ("b", None, "z", 2))])
    assert lake.mark("events", "echannel/replaced") is None
    assert lake.append_new("events", [received(COPIES[1])]) == 0
    assert lake.mark("events", "echannel/replaced") == 1
    assert items(lake) == {"a": "y7", "b": "z2"}
    assert lake.append_new("events", [received(COPIES[1])]) == 0
    assert lake.mark("events", "echannel/replaced") == 1


def test_a_copy_whose_clock_was_set_otherwise_is_a_copy_too(tmp_path):
    lake = Lake(tmp_path)
    lake.append_new("events", [received(("a", "08:00", "x", 1))])
    assert lake.append_new("events", [received(("a", "09:00", "x", 2), day=3)]) == 0


def test_marks_are_committed_with_their_rows_or_alone(tmp_path):
    lake, log = Lake(tmp_path), iter(range(1, 9))
    lake.append_new("events", [events("a")], marks=lambda: {"log": next(log)})
    lake.append_new("events", [], marks=lambda: {"log": next(log), "other": 1 << 62})
    assert lake.marks("events", ["log", "other", "third"]) == {"log": 2, "other": 1 << 62}
    assert lake.version("events") == 2


def test_marks_are_asked_when_the_frames_are_read(tmp_path):
    lake, read = Lake(tmp_path), 0

    def frames():
        nonlocal read
        for name in "abc":
            read += 1
            yield events(name)

    lake.append_new("events", frames(), marks=lambda: {"log": read})
    assert lake.mark("events", "log") == 3


@pytest.mark.parametrize("names", [(), ("a",)], ids=["no rows", "rows"])
def test_nobody_can_own_the_lake_while_marks_are_asked(tmp_path, names):
    """Who erases a person waits for whoever has looked for erasures and is about to write."""
    asked = []

    def ask():
        with (tmp_path / ".lock").open("a") as file, pytest.raises(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        asked.append(True)
        return {"log": 1}

    Lake(tmp_path).append_new("events", [events(*names)] if names else [], marks=ask)
    assert asked == [True]


def test_marks_that_have_not_moved_make_no_commit(tmp_path):
    lake = Lake(tmp_path)
    for _ in range(2):
        lake.append_new("events", [events("a")], marks=lambda: {"log": 5})
    assert lake.version("events") == 1


def test_frames_that_give_up_move_no_mark(tmp_path):
    lake = Lake(tmp_path)
    lake.append_new("events", [events("a")], marks=lambda: {"log": 1})

    def cut_short():
        yield events("b")
        raise ValueError("the file is cut short")

    with pytest.raises(ValueError, match="cut short"):
        lake.append_new("events", cut_short(), marks=lambda: {"log": 2})
    assert lake.mark("events", "log") == 1
    assert [file.name for file in (tmp_path / "events").glob("*.parquet")] == [
        Path(uri).name for uri in DeltaTable(tmp_path / "events").file_uris()
    ]


def test_readers_can_pass_over_files_by_their_bounds(tmp_path):
    lake = Lake(tmp_path)
    for day in (1, 2, 3):
        lake.append_new("events", [events(f"e{day}", day=day)])
    second = lake.scan("events").filter(pl.col("occurred_at").is_between(at("2 00:00"), at("3 00:00")))
    assert second.explain().count("part-") == 1
    assert second.collect()["event_id"].to_list() == ["e2"]


@pytest.mark.parametrize("name", ["my lake", "数据湖", "a+b&c#d"])
def test_a_lake_may_have_any_name(tmp_path, name):
    lake = Lake(tmp_path / name)
    lake.append_new("events", [received(("a", "09:00", "late", 1), ("b", "09:00", "late", 1))])
    lake.append_new("events", [received(("a", "08:00", "early", 1))])
    refresh_sessions(lake, Settings())
    assert lake.scan("sessioned").collect()["event_id"].sort().to_list() == ["a", "b"]
