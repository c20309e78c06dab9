"""A new key: everything is known again under it, and nothing is left of what the old one alone could tell."""

from datetime import UTC, datetime

import pytest

from echannel.exits import Stop
from echannel.people import rotation
from echannel.people.erasure import erase_person
from echannel.people.keys import find_key, find_next, open_pseudonym, read_keys
from echannel.people.pseudonyms import KeyedPseudonym
from echannel.people.rotation import rotate_keys
from echannel.replay import Choice, replay_quarantine
from echannel.workspace import Workspace, open_workspace
from serving import Histories, Snapshot, publish_snapshot
from tests.echannel.people.couple import ANN, BOB, LOG, find_traces, ingest, spooled
from tests.echannel.reading import read_sessioned

NOW = datetime(2026, 4, 1, tzinfo=UTC)
TABLES = ("events", "sessioned", "sessions", "orders", "identity", "quarantine")
KEYS = {"events": "event_id", "sessioned": "event_id", "sessions": "session_id", "quarantine": "quarantine_id"}
SETTINGS = "[ingest]\nrefuse_above = 1.0\n"
EVENT = '{"ts": 1772400000, "id": "13800000001-7", "device": "user-13800000001", "login": "ann", "event": "login"}\n'
MAP = '[fields]\noccurred_at = "ts"\nevent_id = "id"\nvisitor_id = "device"\ncustomer_id = "login"\nname = "event"\n[time]\nunit = "s"\n'


def open_space(folder) -> Workspace:
    return open_workspace(folder / "lake", folder / "echannel.toml")


def fill(folder) -> None:
    space = open_space(folder)
    ingest(space, folder / "access.log", format="combined", channel="web")
    ingest(space, folder / "app.ndjson", format="ndjson", channel="app", map=str(folder / "app.toml"))
    read_sessioned(space.lake, space.settings)


def read(folder, name):
    """Read a table without the times at which our own clock said something."""
    rows = open_space(folder).lake.scan(name).collect()
    return rows.drop("linked_at", "undone_at", strict=False).sort(rows.columns[:2])


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "echannel.toml").write_text(SETTINGS)
    (tmp_path / "access.log").write_text("\n".join(LOG) + "\n")
    (tmp_path / "app.ndjson").write_text(EVENT)
    (tmp_path / "app.toml").write_text(MAP)
    fill(tmp_path)
    return tmp_path


def hash_of(folder, raw: str) -> str:
    return open_pseudonym(folder / "lake")("token", raw)[4:-1]


def test_tables_are_as_if_both_keys_had_always_been_there(folder, tmp_path_factory):
    rotate_keys(folder / "lake", folder / "echannel.toml", NOW)
    other = tmp_path_factory.mktemp("other")
    for name in ("echannel.toml", "access.log", "app.ndjson", "app.toml"):
        (other / name).write_text((folder / name).read_text())
    (other / "lake.key").touch(mode=0o600)
    (other / "lake.key").write_text((folder / "lake.key").read_text())
    fill(other)
    read_sessioned(open_space(folder).lake, open_space(folder).settings)
    for name in TABLES:
        recipes = ["recipe"] if name == "quarantine" else []
        assert read(folder, name).drop(recipes).equals(read(other, name).drop(recipes)), name


def test_no_byte_tells_what_the_first_key_alone_made_of_a_person(folder):
    before = [hash_of(folder, raw) for raw in (ANN, BOB, "ann")]
    assert len(find_traces(folder / "lake", *before)) > len(before)
    rotate_keys(folder / "lake", folder / "echannel.toml", NOW)
    assert find_traces(folder / "lake", *before) == []
    assert find_traces(folder / "lake", hash_of(folder, ANN))


def test_logs_that_are_read_again_bring_nothing_new(folder):
    rotate_keys(folder / "lake", folder / "echannel.toml", NOW)
    ledger = ingest(open_space(folder), folder / "access.log", format="combined", channel="web", encoding="gb18030")
    assert (ledger.events, ledger.duplicates) == (0, 7)
    assert (
        ingest(
            open_space(folder),
            folder / "app.ndjson",
            format="ndjson",
            channel="app",
            map=str(folder / "app.toml"),
            encoding="gb18030",
        ).events
        == 0
    )


def test_it_can_be_done_again_and_again(folder):
    for number in (2, 3):
        keys = rotate_keys(folder / "lake", folder / "echannel.toml", NOW)
        assert [key.id for key in keys] == [f"key{place}" for place in range(1, number + 1)]
    customers = read(folder, "events")["customer_id"].drop_nulls().unique().to_list()
    assert set(customers) == {open_pseudonym(folder / "lake")("customer", raw) for raw in (ANN, BOB, "ann")}


def test_what_waits_in_the_spool_is_read_before_and_what_is_published_loses_its_people(folder):
    lake = folder / "lake"
    (lake / "spool").mkdir()
    (lake / "spool" / "1.ndjson").write_text(spooled(0, ANN))
    histories = Histories.from_rows([open_pseudonym(lake)("customer", ANN)], ["P1"], [1.0])
    publish_snapshot(lake / "serving", Snapshot(histories=histories), made_at="2026-03-09")
    before = hash_of(folder, ANN)
    rotate_keys(lake, folder / "echannel.toml", NOW)
    assert list((lake / "spool").glob("*.ndjson")) == []
    assert find_traces(lake, before) == []


def test_who_was_erased_before_stays_erased(folder):
    erase_person(open_space(folder), "customer", ANN, NOW)
    rotate_keys(folder / "lake", folder / "echannel.toml", NOW)
    ingest(open_space(folder), folder / "access.log", format="combined", channel="web", encoding="gb18030")
    assert find_traces(folder / "lake", hash_of(folder, ANN)) == []


def test_a_line_in_quarantine_names_the_same_person_afterwards(folder):
    rotate_keys(folder / "lake", folder / "echannel.toml", NOW)
    token = f"<id:{hash_of(folder, ANN)}>".encode()
    assert sum(token in line for line in read(folder, "quarantine")["raw"]) == 1
    replay_quarantine(open_space(folder), Choice(), NOW)


def test_nobody_may_be_at_work_meanwhile(folder):
    at_work = open_space(folder)
    with pytest.raises(Stop, match="at work"):
        rotate_keys(folder / "lake", folder / "echannel.toml", NOW)
    assert len(read_keys(find_key(at_work.lake.folder))) == 1


STEPS = ["_prepare", "rewrite_rows", "delete_rows", "refresh_sessions", "change_people", "wipe", "sync_folder"]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("after", [False, True])
def test_killed_anywhere_nobody_works_until_it_is_finished(folder, monkeypatch, step, after):
    real, before = getattr(rotation, step), hash_of(folder, ANN)

    def die(*given, **named):
        if after:
            real(*given, **named)
        raise KeyboardInterrupt

    with monkeypatch.context() as killed, pytest.raises(KeyboardInterrupt):
        killed.setattr(rotation, step, die)
        rotate_keys(folder / "lake", folder / "echannel.toml", NOW)
    if find_next(folder / "lake.key").exists():
        with pytest.raises(Stop, match="cut short"):
            open_space(folder)
    keys = rotate_keys(folder / "lake", folder / "echannel.toml", NOW)
    assert find_traces(folder / "lake", before) == []
    pseudonym = KeyedPseudonym(*(key.secret for key in keys))
    assert set(read(folder, "events")["customer_id"].drop_nulls()) == {
        pseudonym("customer", raw) for raw in (ANN, BOB, "ann")
    }
    assert read(folder, "sessioned").height == read(folder, "events").height == 8
