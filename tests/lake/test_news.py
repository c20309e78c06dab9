import polars as pl
from deltalake import DeltaTable

from echannel.sessions.refresh import refresh_sessions
from echannel.tree import Settings
from ingest import Event
from lake import Lake, delete_rows, read_news, rewrite_rows
from tests.drawing import draw


def append(lake: Lake, *ids: str) -> None:
    rows = "\n".join(f"{name} | ann | 08:00" for name in ids)
    drawn = draw(f"event_id | visitor | time\n{rows}").select(Event.column_names())
    lake.append_new("events", [Event.cast(drawn)])


def test_news_are_the_files_that_came_since(tmp_path):
    lake = Lake(tmp_path)
    append(lake, "a")
    before, version = set(DeltaTable(tmp_path / "events").file_uris()), lake.version("events")
    append(lake, "b")
    news = read_news(tmp_path / "events", version, lake.version("events"))
    assert set(news.came) == set(DeltaTable(tmp_path / "events").file_uris()) - before
    assert news.went == []


def test_rows_that_are_only_stored_anew_are_no_news(tmp_path):
    lake = Lake(tmp_path)
    append(lake, "a")
    append(lake, "b")
    version = lake.version("events")
    DeltaTable(tmp_path / "events").optimize.compact()
    assert lake.version("events") > version
    assert read_news(tmp_path / "events", version, lake.version("events")) == ([], [])


def test_rows_that_are_deleted_are_news(tmp_path):
    lake = Lake(tmp_path)
    append(lake, "a", "b")
    version = lake.version("events")
    DeltaTable(tmp_path / "events").delete("event_id = 'a'")
    news = read_news(tmp_path / "events", version, lake.version("events"))
    assert (len(news.came), len(news.went)) == (1, 1)


def test_a_file_that_was_cleaned_away_tells_nothing(tmp_path):
    lake = Lake(tmp_path)
    append(lake, "a", "b")
    version = lake.version("events")
    DeltaTable(tmp_path / "events").delete("event_id = 'a'")
    for file in read_news(tmp_path / "events", version, lake.version("events")).went:
        (tmp_path / "events" / file).unlink()
    assert read_news(tmp_path / "events", version, lake.version("events")) is None


def move_all(lake: Lake) -> None:
    """Write every row to a new file, as happens to the neighbours of a row that goes."""
    rewrite_rows(lake, "events", pl.lit(True), lambda rows: rows)


def test_a_file_that_came_and_went_in_between_is_no_news(tmp_path):
    lake = Lake(tmp_path)
    append(lake, "a", "b")
    version = lake.version("events")
    move_all(lake)
    move_all(lake)
    news = read_news(tmp_path / "events", version, lake.version("events"))
    assert (len(news.came), len(news.went)) == (1, 1)


def test_rows_that_were_moved_and_then_deleted_leave_their_sessions(tmp_path):
    lake = Lake(tmp_path)
    append(lake, "a", "b")
    refresh_sessions(lake, Settings())
    move_all(lake)
    delete_rows(lake, "events", pl.col("event_id") == "a")
    refresh_sessions(lake, Settings())
    assert lake.scan("sessioned").collect()["event_id"].to_list() == ["b"]


def test_rows_that_came_were_compacted_and_moved_are_not_lost(tmp_path):
    lake = Lake(tmp_path)
    append(lake, "a")
    refresh_sessions(lake, Settings())
    append(lake, "b", "c")
    DeltaTable(tmp_path / "events").optimize.compact()
    delete_rows(lake, "events", pl.col("event_id") == "c")
    refresh_sessions(lake, Settings())
    assert lake.scan("sessioned").collect()["event_id"].sort().to_list() == ["a", "b"]
