"""What lies in the spool goes into the lake, once."""

import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from echannel.drain import drain_spool, own_spool
from echannel.places import find_spool_folder
from echannel.workspace import open_workspace
from lake import Lake
from tests.shell import CLEAN, run
from tests.trackers import segment, sensors, snowplow, spool, spool_batch

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LATER = "2026-03-02T08:30:00.000000Z"
TABLES = ("events", "quarantine", "sessions", "sessioned")


@pytest.fixture
def space(tmp_path):
    find_spool_folder(tmp_path / "lake").mkdir(parents=True)
    return open_workspace(tmp_path / "lake", None)


def put(space, name, lines):
    """Put a finished file into the spool."""
    file = find_spool_folder(space.lake.folder) / f"{name}.ndjson"
    file.write_text("".join(f"{line}\n" for line in lines))
    return file


def read(space, table="events"):
    return space.lake.scan(table).collect()


def list_spool(space):
    return sorted(file.name for file in find_spool_folder(space.lake.folder).iterdir() if not file.name.startswith("."))


def test_every_line_is_accounted_for_and_its_file_deleted(space):
    order = segment(event="Order Completed", properties={"products": [{"sku": "A"}, {"sku": "B"}]})
    put(space, "a", [spool("segment", order), spool("sensors", sensors(None, "profile_set")), "broken"])
    put(space, "b", [spool("segment", order, batch="f" * 32), spool("snowplow", snowplow(), batch="e" * 32)])
    ledger = drain_spool(space, NOW)
    assert (ledger.lines, ledger.events, ledger.quarantined, ledger.duplicates, ledger.ignored) == (5, 2, 1, 1, 1)
    assert (len(read(space)), ledger.further, ledger.formats) == (3, 1, {"spool": 2})
    assert len(read(space, "sessioned")) == 3
    assert list_spool(space) == []


def test_a_file_that_is_still_written_waits_and_one_left_by_a_dead_server_does_not(space):
    folder = find_spool_folder(space.lake.folder)
    (folder / "left.open").write_text(spool("snowplow", snowplow()) + "\n" + '{"half":')
    with (folder / "written.open").open("w") as file:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX)
        ledger = drain_spool(space, NOW)
    assert (ledger.lines, ledger.events) == (1, 1)
    assert list_spool(space) == ["written.open"]


def test_a_drain_cut_short_before_the_file_was_deleted_doubles_nothing(space, tmp_path):
    plain = {key: value for key, value in sensors("AddToCart").items() if key != "_track_id"}
    file = put(space, "a", [*spool_batch("sensors", plain, plain), "broken"])
    shutil.copy(file, tmp_path / "copy")
    drain_spool(space, NOW)
    before = [read(space, table) for table in TABLES]
    shutil.copy(tmp_path / "copy", file)
    ledger = drain_spool(space, NOW)
    assert (ledger.lines, ledger.events, ledger.duplicates) == (3, 0, 2)
    assert all(read(space, table).equals(seen) for table, seen in zip(TABLES, before, strict=True))


@pytest.mark.parametrize("late_first", [False, True])
def test_of_a_request_sent_again_the_one_received_first_counts(space, late_first):
    """The clock is an hour slow and the second try took half an hour: both say another time of the same event."""
    said = snowplow("pv", dtm="1772434800000")
    first = spool("snowplow", said, sent_at="2026-03-02T07:00:01Z", received_at="2026-03-02T08:00:01Z")
    again = spool("snowplow", said, sent_at="2026-03-02T07:00:09Z", received_at=LATER, batch="f" * 32)
    for name, line in zip("ab", (again, first) if late_first else (first, again), strict=True):
        put(space, name, [line])
        drain_spool(space, NOW)
    event = read(space).row(0, named=True)
    assert len(read(space)) == 1
    assert event["occurred_at"] == datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert event["received_at"] == datetime(2026, 3, 2, 8, 0, 1, tzinfo=UTC)
    assert len(read(space, "sessioned")) == 1


def test_of_two_drains_at_once_the_second_does_nothing_and_says_so(space):
    put(space, "a", [spool("snowplow", snowplow())])
    with own_spool(find_spool_folder(space.lake.folder), wait=False) as owned:
        assert owned
        ledger = drain_spool(space, NOW)
    assert (ledger.lines, len(ledger.notices), list_spool(space)) == (0, 1, ["a.ndjson"])
    assert drain_spool(space, NOW).events == 1


def test_a_lake_without_a_spool_has_nothing_to_drain(tmp_path):
    assert drain_spool(open_workspace(tmp_path / "lake", None), NOW).lines == 0


def test_the_drain_reads_names_as_the_settings_tell_them(tmp_path):
    settings = tmp_path / "echannel.toml"
    settings.write_text('[trackers.names]\n"提交业务" = "purchase"\n')
    space = open_workspace(tmp_path / "lake", settings)
    find_spool_folder(space.lake.folder).mkdir(parents=True)
    put(space, "a", [spool("sensors", sensors("提交业务"))])
    drain_spool(space, NOW)
    assert read(space)["name"].to_list() == ["purchase"]


def test_quarantined_events_replayed_by_mended_names_are_what_they_would_have_been(tmp_path):
    """Among them one that was sent twice, an order of two products, and a clock that is an hour fast."""
    order = sensors("提交业务", items=[{"sku": "A"}, {"sku": "B"}])
    fast = {"sent_at": "2026-03-02T09:00:00Z", "received_at": "2026-03-02T08:00:00Z"}
    lines = [
        *spool_batch("sensors", sensors(), order, **fast),
        spool("sensors", order, batch="f" * 32, received_at=LATER),
    ]
    settings = tmp_path / "echannel.toml"
    tables = {}
    for lake, mended_first in (("late", False), ("known", True)):
        find_spool_folder(tmp_path / lake).mkdir(parents=True)
        if mended_first:
            shutil.copy(tmp_path / "late.key", tmp_path / f"{lake}.key")
        else:
            settings.write_text("")
        space = open_workspace(tmp_path / lake, settings)
        put(space, "a", lines)
        drain_spool(space, NOW)
        settings.write_text('[trackers.names]\n"提交业务" = "purchase"\n')
        ledger = run("quarantine", "--replay", "--lake", tmp_path / lake, "--json", settings=settings).document
        assert (ledger["lines"], ledger["events"], ledger["duplicates"]) == ((0, 0, 0) if mended_first else (2, 1, 1))
        tables[lake] = [
            read(space, table).sort(key)
            for table, key in (("events", "event_id"), ("sessioned", "event_id"), ("quarantine", "line"))
        ]
    assert all(late.equals(known) for late, known in zip(tables["late"], tables["known"], strict=True))
    assert len(tables["late"][0]) == 3


@pytest.mark.parametrize("wrong", ['names = {x = "buy"}', 'channels = {x = "tv"}', 'properties = {x = "colour"}', 'otherwise = "tv"'])  # fmt: skip
def test_settings_that_mean_nothing_are_refused(tmp_path, wrong):
    settings = tmp_path / "echannel.toml"
    settings.write_text(f"[trackers]\n{wrong}\n")
    assert "trackers" in run("settings", settings=settings, code=2).err


def test_ingest_without_a_path_drains_the_spool(space):
    put(space, "a", [spool("snowplow", snowplow())])
    ledger = run("ingest", "--lake", space.lake.folder, "--json").document
    assert (ledger["lines"], ledger["events"], list_spool(space)) == (1, 1, [])
    assert run("ingest", "--lake", space.lake.folder, "--json").document["lines"] == 0


def wait_for(check, seconds=60):
    until = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < until, "nothing happened"
        time.sleep(0.1)


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def find_child(pid):
    """Find the drainer among a server's children."""
    found = subprocess.run(["pgrep", "-P", str(pid), "-f", "echannel.drainer"], capture_output=True, text=True)
    return int(found.stdout.split()[0])


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_the_server_drains_beside_itself_and_the_drainer_ends_with_it(tmp_path, end):
    settings = tmp_path / "echannel.toml"
    settings.write_text(
        "[serve]\nport = 0\n[serve.collector]\ndrain_seconds = 0.3\nsegment_seconds = 0.1\nreserve_bytes = 0\n"
    )
    command = ["serve", "--lake", tmp_path / "lake", "--settings", settings, "--json"]
    server = subprocess.Popen(
        [sys.executable, "-m", "echannel", *map(str, command)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=CLEAN,
    )  # fmt: skip
    with server:
        port = int(server.stdout.readline().split('"port":')[1].split("}")[0])
        drainer = find_child(server.pid)
        body = b'{"schema":"x","data":[{"e":"pv","eid":"1","tv":"js-4","p":"web","duid":"d","url":"https://wt.example/pay"}]}'
        address = f"http://127.0.0.1:{port}/com.snowplowanalytics.snowplow/tp2"
        request = urllib.request.Request(address, body, {"Content-Type": "application/json"})
        assert urllib.request.urlopen(request).status == 200
        wait_for(lambda: Lake(tmp_path / "lake").version("sessioned") >= 0)
        server.send_signal(end)
    wait_for(lambda: not is_running(drainer))
    events = Lake(tmp_path / "lake").scan("events").collect()
    assert events.select("name", "page", "event_id").rows() == [("page_view", "/pay", "1")]
    assert events.select(pl.col("received_at") - pl.col("occurred_at")).item() == timedelta(0)
