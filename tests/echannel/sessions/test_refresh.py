"""Sessions on disk: what a refresh writes, what it leaves alone, and what heals it."""

import multiprocessing
from pathlib import Path

import polars as pl
import pytest
from deltalake import DeltaTable

from echannel.sessions.refresh import refresh_sessions
from echannel.sessions.rewriting import Portions
from echannel.tree import Settings
from ingest import ORDER, Event, Session, SessionSettings, sessionize, summarize_sessions
from lake import Exchange, Lake
from tests.drawing import draw
from tests.echannel.reading import read_sessioned

RULES = Settings()
SMALL = Portions(events=4, points=4, piece=2)
FOUR_DAYS = """
    visitor | time    | event_id
    ann     | 1 08:00 | a1
    ann     | 1 08:10 | a2
    bob     | 2 08:00 | b1
    bob     | 2 08:10 | b2
    cid     | 3 08:00 | c1
    cid     | 3 08:10 | c2
    dan     | 4 08:00 | d1
    dan     | 4 08:10 | d2
"""


def append(lake: Lake, drawn: str) -> None:
    lake.append_new("events", [Event.cast(draw(drawn).select(Event.column_names()))])


def make_lake(folder: Path) -> Lake:
    lake = Lake(folder)
    append(lake, FOUR_DAYS)
    refresh_sessions(lake, RULES, SMALL)
    return lake


def files(lake: Lake, name: str = "sessioned") -> set[str]:
    return set(DeltaTable(lake.folder / name).file_uris())


def versions(lake: Lake) -> list[int]:
    return [lake.version(name) for name in ("sessioned", "sessions")]


def check(lake: Lake, settings: Settings = RULES) -> None:
    """The tables are those that one cut of all events gives."""
    believed = Event.cast(lake.scan("events").filter(pl.col("clock").is_null()).collect())
    sessioned = sessionize(believed, settings.sessions)
    assert lake.scan("sessioned").sort("visitor_id", *ORDER).collect().equals(sessioned)
    assert (
        lake.scan("sessions")
        .sort("session_id")
        .collect()
        .equals(summarize_sessions(sessioned).sort("session_id").select(Session.column_names()))
    )


def test_a_lake_without_events_has_no_sessions(tmp_path):
    refresh_sessions(Lake(tmp_path), RULES)
    assert versions(Lake(tmp_path)) == [-1, -1]


def test_every_day_lies_in_a_file_of_its_own(tmp_path):
    assert len(files(make_lake(tmp_path))) == 4


def test_nothing_new_commits_nothing(tmp_path):
    lake = make_lake(tmp_path)
    before = versions(lake)
    refresh_sessions(lake, RULES, SMALL)
    assert versions(lake) == before


def test_a_late_event_rewrites_the_file_of_its_session_and_no_other(tmp_path):
    lake = make_lake(tmp_path)
    before = {name: files(lake, name) for name in ("sessioned", "sessions")}
    append(lake, "visitor | time | event_id\nbob | 2 08:05 | late")
    refresh_sessions(lake, RULES, SMALL)
    assert {name: len(before[name] - files(lake, name)) for name in before} == {"sessioned": 1, "sessions": 1}
    assert lake.scan("sessions").filter(visitor_id="bob").collect()["events"].to_list() == [3]
    check(lake)


def test_a_new_day_rewrites_no_file(tmp_path):
    lake = make_lake(tmp_path)
    before = files(lake)
    append(lake, "visitor | time | event_id\nann | 9 08:00 | new")
    refresh_sessions(lake, RULES, SMALL)
    assert before < files(lake)
    check(lake)


def test_a_session_that_goes_on_is_written_with_what_follows(tmp_path):
    lake = make_lake(tmp_path)
    before = files(lake)
    append(lake, "visitor | time | event_id\ndan | 4 08:40 | more")
    refresh_sessions(lake, RULES, SMALL)
    assert len(before - files(lake)) == 1
    check(lake)


def test_late_events_may_join_two_sessions(tmp_path):
    lake = make_lake(tmp_path)
    append(lake, "visitor | time | event_id\nann | 1 09:00 | a3")
    refresh_sessions(lake, RULES, SMALL)
    append(lake, "visitor | time | event_id\nann | 1 08:35 | between")
    refresh_sessions(lake, RULES, SMALL)
    assert lake.scan("sessions").filter(visitor_id="ann").collect()["events"].to_list() == [4]
    check(lake)


def test_who_was_first_is_no_longer_when_an_earlier_visit_arrives(tmp_path):
    lake = make_lake(tmp_path)
    append(lake, "visitor | time | event_id\nbob | 1 08:00 | b0")
    refresh_sessions(lake, RULES, SMALL)
    visits = lake.scan("sessions").filter(visitor_id="bob").sort("started_at").collect()
    assert visits["cut"].to_list() == ["first", "pause"]
    check(lake)


def test_a_customer_named_late_leaves_no_trace_when_another_follows(tmp_path):
    """What a session knew of its customer is read from the events again, not from what it said."""
    lake = make_lake(tmp_path)
    for event, customer in (("k1", "kim"), ("k2", "lee")):
        late = draw(f"visitor | time | event_id\nbob | 2 08:05 | {event}").with_columns(customer_id=pl.lit(customer))
        lake.append_new("events", [Event.cast(late.select(Event.column_names()))])
        refresh_sessions(lake, RULES, SMALL)
    assert read_sessioned(lake, RULES).filter(event_id="b1")["customer_id"].to_list() == [None]
    check(lake)


def test_an_event_that_is_deleted_leaves_its_session(tmp_path):
    lake = make_lake(tmp_path)
    before = files(lake)
    DeltaTable(lake.folder / "events").delete("event_id = 'b1'")
    refresh_sessions(lake, RULES, SMALL)
    assert lake.scan("sessions").filter(visitor_id="bob").collect()["session_id"].to_list() == ["b2"]
    assert len(before - files(lake)) == 1
    check(lake)


def test_other_rules_cut_all_sessions_anew(tmp_path):
    lake = make_lake(tmp_path)
    strict = Settings(sessions=SessionSettings(pause_minutes=5))
    refresh_sessions(lake, strict, SMALL)
    assert len(lake.scan("sessions").collect()) == 8
    check(lake, strict)


def test_rules_said_in_other_words_cut_nothing(tmp_path):
    lake = make_lake(tmp_path)
    before = versions(lake)
    refresh_sessions(lake, Settings(sessions=SessionSettings(preset="ga4", pause_minutes=30)), SMALL)
    assert versions(lake) == before


def test_stored_anew_is_not_new(tmp_path):
    """Compaction of either table touches no session."""
    lake = make_lake(tmp_path)
    append(lake, "visitor | time | event_id\neve | 5 08:00 | e1")
    refresh_sessions(lake, RULES, SMALL)
    DeltaTable(lake.folder / "events").optimize.compact()
    DeltaTable(lake.folder / "sessioned").optimize.compact()
    before = files(lake)
    refresh_sessions(lake, RULES, SMALL)
    assert files(lake) == before
    append(lake, "visitor | time | event_id\neve | 6 08:00 | e2")
    refresh_sessions(lake, RULES, SMALL)
    assert before < files(lake)
    check(lake)


def test_what_cannot_be_told_any_more_is_cut_anew(tmp_path):
    """The records of the commits since are gone."""
    lake = make_lake(tmp_path)
    before = files(lake)
    append(lake, "visitor | time | event_id\neve | 5 08:00 | e1")
    DeltaTable(lake.folder / "events").create_checkpoint()
    (lake.folder / "events/_delta_log" / f"{lake.version('events'):020}.json").unlink()
    refresh_sessions(lake, RULES, SMALL)
    assert not before & files(lake)
    check(lake)


@pytest.mark.parametrize("name", ["sessioned", "sessions"])
def test_a_table_of_an_earlier_shape_is_made_anew(tmp_path, name):
    lake = make_lake(tmp_path)
    table = lake.scan(name).drop("person_id").collect()
    from deltalake import write_deltalake

    write_deltalake(lake.folder / name, table, mode="overwrite", schema_mode="overwrite")
    refresh_sessions(lake, RULES, SMALL)
    check(lake)


def test_an_event_of_a_time_that_has_not_come_is_in_no_session_and_is_kept(tmp_path):
    lake = make_lake(tmp_path)
    future = draw("visitor | time | event_id\nbob | 2 08:20 | f1").with_columns(clock=pl.lit("future"))
    lake.append_new("events", [Event.cast(future.select(Event.column_names()))])
    append(lake, "visitor | time | event_id\nbob | 2 08:25 | b3")
    assert "f1" not in read_sessioned(lake, RULES)["event_id"]
    assert lake.scan("events").filter(event_id="f1").collect().height == 1


def test_a_crash_between_the_two_commits_heals(tmp_path, monkeypatch):
    """The late event is the first of its session, which so gets another id in one table alone."""
    lake = make_lake(tmp_path)
    append(lake, "visitor | time | event_id\nbob | 2 07:55 | first")
    commit, commits = Exchange.commit, []

    def crash(self, note):
        commits.append(self)
        if len(commits) == 2:
            raise KeyboardInterrupt
        commit(self, note)

    monkeypatch.setattr(Exchange, "commit", crash)
    with pytest.raises(KeyboardInterrupt):
        refresh_sessions(lake, RULES, SMALL)
    monkeypatch.undo()
    assert lake.scan("sessions").collect()["events"].sum() != len(lake.scan("sessioned").collect())
    refresh_sessions(lake, RULES, SMALL)
    check(lake)


def test_a_refresh_that_gives_up_leaves_no_file_behind(tmp_path, monkeypatch):
    lake = make_lake(tmp_path)
    before = set(lake.folder.rglob("*.parquet"))
    append(lake, "visitor | time | event_id\nbob | 2 08:05 | late")
    appended = set((lake.folder / "events").glob("*.parquet"))

    def fail(self, note):
        raise OSError("the disk is full")

    monkeypatch.setattr(Exchange, "commit", fail)
    with pytest.raises(OSError, match="full"):
        refresh_sessions(lake, RULES, SMALL)
    assert set(lake.folder.rglob("*.parquet")) == before | appended


def add(folder: Path, visitor: str) -> None:
    lake = Lake(folder)
    for number in range(6):
        append(lake, f"visitor | time | event_id\n{visitor} | 2 08:{number:02} | {visitor}{number}")
        refresh_sessions(lake, RULES, SMALL)


def test_three_writers_that_refresh_at_once_are_exact(tmp_path):
    lake = make_lake(tmp_path)
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=add, args=(tmp_path, visitor)) for visitor in ("eve", "fay", "bob")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    check(lake)
    assert len(lake.scan("sessioned").collect()) == 8 + 18
