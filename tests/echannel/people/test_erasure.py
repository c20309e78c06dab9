"""Who is erased is nowhere: every byte of every file of the lake is looked at."""

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from echannel.drain import drain_spool
from echannel.exits import Stop
from echannel.intake import parts
from echannel.people import erasure
from echannel.people.erasure import erase_person
from echannel.people.identity import read_links
from echannel.workspace import Workspace
from serving import Histories, Snapshot, load_snapshot, publish_snapshot, read_current
from tests.echannel.people.couple import (
    ANN,
    BOB,
    ERASED_AT,
    HASH,
    LATER,
    LOG,
    PHONE_IP,
    find_traces,
    ingest,
    open_space,
    spooled,
)
from tests.echannel.reading import read_sessioned
from tests.intake import hit, pseudonym


@pytest.fixture
def space(tmp_path):
    """Fill a lake with what two people did: tables, old versions, a spool, and two snapshots."""
    space = open_space(tmp_path)
    (tmp_path / "access.log").write_text("\n".join(LOG) + "\n")
    orders = tmp_path / "orders.csv"
    orders.write_text(
        f"order_id,item_id,ordered_at,customer_id,price,quantity\no1,P1,2026-03-03T08:00:00Z,{ANN},9,1\no2,P2,2026-03-03T08:00:00Z,{BOB},9,1\n"
    )
    (tmp_path / "orders.toml").write_text(
        'into = "orders"\nchannel = "web"\n[fields]\norder_id = "order_id"\nitem_id = "item_id"\nordered_at = "ordered_at"\ncustomer_id = "customer_id"\nprice = "price"\nquantity = "quantity"\n'
    )
    ingest(space, orders, format="csv", map=str(tmp_path / "orders.toml"))
    ingest(space, tmp_path / "access.log", format="combined", channel="web")
    read_sessioned(space.lake, space.settings)
    spool = space.lake.folder / "spool"
    spool.mkdir()
    (spool / "1.ndjson").write_text("".join(spooled(number, person) for number, person in enumerate([ANN, BOB])))
    for weight in (1.0, 2.0):
        persons = [pseudonym("customer", ANN), pseudonym("customer", BOB)]
        histories = Histories.from_rows(persons, ["P1", "P2"], [weight, weight])
        publish_snapshot(space.serving_folder, Snapshot(histories=histories, owned=histories), made_at="2026-03-09")
    return space


def pages(space: Workspace) -> list[str]:
    return sorted(space.lake.scan("events").collect()["page"])


def test_before_the_erasure_they_are_everywhere(space):
    places = {Path(trace.split(":")[0]).suffix for trace in find_traces(space.lake.folder, HASH)}
    assert places == {".parquet", ".ndjson", ".npy"}


def test_no_byte_of_any_file_tells_of_them_any_more(space):
    device = pseudonym("visitor", f"{PHONE_IP} {LOG[0].rsplit(chr(34), 2)[1]}")[1:]
    assert find_traces(space.lake.folder, device)
    removed = erase_person(space, "customer", ANN, ERASED_AT)
    assert find_traces(space.lake.folder, HASH, ANN, device) == []
    assert (removed.events, removed.orders, removed.quarantine, removed.spool, removed.devices) == (4, 1, 1, 1, 1)
    assert (removed.published, removed.notices) == (2, [])


def test_everybody_else_stays(space):
    erase_person(space, "customer", ANN, ERASED_AT)
    assert pages(space) == ["/bob", "/shared-bob", "/shared-nobody"]
    assert read_sessioned(space.lake, space.settings)["page"].sort().to_list() == pages(space)
    assert space.lake.scan("quarantine").collect()["raw"].to_list() == [b"broken line of nobody"]
    assert space.lake.scan("orders").collect()["order_id"].to_list() == ["o2"]
    snapshot = load_snapshot(space.serving_folder / read_current(space.serving_folder))
    assert snapshot.histories.persons.tolist() == snapshot.owned.persons.tolist() == [pseudonym("customer", BOB)]
    assert drain_spool(space, ERASED_AT).events == 1


def test_a_device_that_others_used_is_never_linked_to_them_afterwards(space):
    erase_person(space, "customer", ANN, ERASED_AT)
    read_sessioned(space.lake, space.settings)
    shared = read_links(space.lake, [pseudonym("customer", BOB)]).filter(
        pl.col("first_seen_at") > datetime(2026, 3, 4, tzinfo=UTC)
    )
    assert shared["apart"].to_list() == ["undone"]


def test_reading_the_same_log_again_does_not_bring_them_back(space, tmp_path):
    erase_person(space, "customer", ANN, ERASED_AT)
    before = pages(space)
    ledger = ingest(space, tmp_path / "access.log", format="combined", channel="web", encoding="gb18030")
    assert (ledger.lines, ledger.events, ledger.duplicates, ledger.quarantined, ledger.ignored) == (9, 1, 3, 1, 4)
    assert find_traces(space.lake.folder, HASH, ANN) == []
    assert sorted(set(pages(space)) - set(before)) == ["/shared-in-her-session"]


def test_who_comes_back_is_taken_in_as_somebody_new(space, tmp_path):
    erase_person(space, "customer", ANN, ERASED_AT)
    back = [hit("/back", user=ANN, at=LATER, ip="10.0.0.8"), hit("/back", user=BOB, at=LATER, ip=PHONE_IP)]
    (tmp_path / "new.log").write_text("\n".join(back) + "\n")
    assert ingest(space, tmp_path / "new.log", format="combined", channel="web").events == 2
    erase_person(space, "customer", ANN, datetime(2026, 6, 1, tzinfo=UTC))
    assert find_traces(space.lake.folder, HASH, ANN) == []
    assert pages(space).count("/back") == 1


def test_a_part_that_an_erasure_overtakes_is_given_up(space, tmp_path, monkeypatch):
    (tmp_path / "new.log").write_text(hit("/late", user=ANN, ip="10.0.0.8") + "\n")
    real = parts.take_events

    def take_slowly(*given):
        erase_person(space, "customer", ANN, ERASED_AT)
        return real(*given)

    monkeypatch.setattr(parts, "take_events", take_slowly)
    with pytest.raises(Stop, match="erased while it was read"):
        ingest(space, tmp_path / "new.log", format="combined", channel="web")
    assert find_traces(space.lake.folder, HASH, ANN) == []


def test_a_device_can_be_erased_alone(space):
    agent = LOG[0].rsplit('"', 2)[1]
    removed = erase_person(space, "visitor", f"{PHONE_IP} {agent}", ERASED_AT)
    assert removed.events == 2
    assert "/shared-ann" in pages(space)


STEPS = ["delete_rows", "refresh_sessions", "clear_spool", "change_people", "wipe", "undo_identity", "own"]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("after", [False, True])
def test_killed_anywhere_it_is_finished_by_running_it_again(space, monkeypatch, step, after):
    real = getattr(erasure, step)

    def die(*given, **named):
        if after:
            real(*given, **named)
        raise KeyboardInterrupt

    with monkeypatch.context() as killed, pytest.raises(KeyboardInterrupt):
        killed.setattr(erasure, step, die)
        erase_person(space, "customer", ANN, ERASED_AT)
    device = pseudonym("visitor", f"{PHONE_IP} {LOG[0].rsplit(chr(34), 2)[1]}")[1:]
    erase_person(space, "customer", ANN, ERASED_AT)
    assert find_traces(space.lake.folder, HASH, ANN, device) == []
    assert pages(space) == ["/bob", "/shared-bob", "/shared-nobody"]
