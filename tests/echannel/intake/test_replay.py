"""A rule is mended, and the lines that it had put aside are read as if it had never been wrong."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from echannel import replay
from echannel.daily import ingest_sources
from echannel.drain import drain_spool
from echannel.intake import choose_paths, plan_intake
from echannel.people.keys import KeyedPseudonym
from echannel.replay import Choice, replay_quarantine
from echannel.sources import SourceSettings
from echannel.tree import IngestSettings, Settings
from echannel.workspace import Workspace
from ingest import Event, SiteMap, TrackerSettings
from lake import Lake
from tests.intake import hit

NOW = datetime(2026, 4, 1, tzinfo=UTC)
PHONE = "13800000001"
SPACE = Settings(ingest=IngestSettings(refuse_above=1))
TEMPLATE = """
[fields]
occurred_at = "ts"
visitor_id = "device"
customer_id = "login"
name = "event"
location = "screen"
[time]
unit = "s"
[names]
{names}
"""
WRONG, RIGHT = (TEMPLATE.format(names=names) for names in ("", 'Look = "view_item"'))


def space(folder: Path) -> Workspace:
    return Workspace(Lake(folder), SPACE, SiteMap(), KeyedPseudonym(b"k" * 32))


def ingest(lake: Path, file: Path, **source):
    there = space(lake)
    intake = plan_intake(there, SourceSettings(path=(), **source), NOW)
    return ingest_sources(choose_paths([str(file)], intake))


def events(lake: Path) -> pl.DataFrame:
    return Lake(lake).scan("events").sort("event_id").collect()


def app(event: str, place: int) -> str:
    return json.dumps(
        {
            "ts": 1_772_400_000 + place,
            "device": f"d{place}",
            "login": PHONE,
            "event": event,
            "screen": f"/bill/{PHONE}?tel={PHONE}&token=t{place}",
        }
    )


@pytest.fixture
def maps(tmp_path):
    for name, text in (("wrong", WRONG), ("right", RIGHT)):
        (tmp_path / f"{name}.toml").write_text(text)
    return tmp_path


def compare(tmp_path: Path, file: Path, wrong: dict, right: dict, choice: Choice) -> None:
    """Read by the wrong rule and replay by the right one; the right one alone must give the very same events."""
    first = ingest(tmp_path / "replayed", file, **wrong)
    assert first.quarantined
    ledger = replay_quarantine(space(tmp_path / "replayed"), choice, NOW)
    assert ledger.lines == ledger.events + ledger.quarantined + ledger.duplicates + ledger.ignored == first.quarantined
    assert not ledger.quarantined, ledger
    ingest(tmp_path / "direct", file, **right)
    assert events(tmp_path / "replayed").equals(events(tmp_path / "direct"))
    assert Lake(tmp_path / "replayed").scan("quarantine").collect().is_empty()
    again = ingest(tmp_path / "replayed", file, **right)
    assert (again.events, again.quarantined) == (0, 0)


def test_a_mended_mapping(maps):
    file = maps / "app.ndjson"
    file.write_text("\n".join(app(("Look", "login")[place % 2], place) for place in range(20)) + "\n")
    wrong, right = (
        {"format": "ndjson", "channel": "app", "map": str(maps / f"{name}.toml")} for name in ("wrong", "right")
    )
    compare(maps, file, wrong, right, Choice(map=right["map"]))


def test_the_same_mapping_file_mended_in_its_place(maps):
    file = maps / "app.csv"
    rows = [f"{1_772_400_000 + place},d{place},{PHONE},{('Look', 'login')[place % 2]},/a" for place in range(10)]
    file.write_text("\n".join(["ts,device,login,event,screen", *rows]) + "\n")
    source = {"format": "csv", "channel": "app", "map": str(maps / "wrong.toml")}
    ingest(maps / "replayed", file, **source)
    (maps / "wrong.toml").write_text(RIGHT)
    assert replay_quarantine(space(maps / "replayed"), Choice(), NOW).events == 5
    ingest(maps / "direct", file, **source)
    assert events(maps / "replayed").equals(events(maps / "direct"))


def test_the_right_encoding(tmp_path):
    file = tmp_path / "access.log"
    lines = [hit(f"/{'套餐' if place % 2 else 'plan'}/{place}", user=PHONE) for place in range(10)]
    file.write_bytes("\n".join(lines).encode("gbk") + b"\n")
    wrong = {"format": "combined", "channel": "web"}
    compare(tmp_path, file, wrong, wrong | {"encoding": "gbk"}, Choice(encoding="gbk"))


def test_the_right_format_for_some_lines(tmp_path):
    file = tmp_path / "access.log.gz"
    short = [hit(f"/{place}").rsplit(' "', 2)[0] for place in range(4)]
    file.write_bytes(gzip.compress(("\n".join([hit(f"/{place}") for place in range(9)] + short) + "\n").encode()))
    ingest(tmp_path / "lake", file, format="combined", channel="web")
    ledger = replay_quarantine(space(tmp_path / "lake"), Choice(format="common"), NOW)
    assert (ledger.lines, ledger.events) == (4, 4)
    assert events(tmp_path / "lake").height == 13


def test_a_gateway_line_keeps_its_customer_and_its_id(tmp_path):
    good = f"1363157985066 \t{PHONE}\tAP\t10.0.0.1\thost/a\t\t1\t2\t3\t4\t200"
    file = tmp_path / "wap.txt"
    file.write_text(f"{good}\n{good.replace('/a', '/b')}\t\n")
    mapping = tmp_path / "gateway.toml"
    mapping.write_text(
        'columns = ["t", "m", "a", "i", "l", "s", "u", "d", "ub", "db", "st", "rest"]\n[fields]\noccurred_at = "t"\ncustomer_id = "m"\nlocation = "l"\n[time]\nunit = "ms"\n'
    )
    ingest(tmp_path / "lake", file, format="gateway", channel="wap")
    ledger = replay_quarantine(space(tmp_path / "lake"), Choice(map=str(mapping)), NOW)
    assert (ledger.lines, ledger.events) == (1, 1)
    assert events(tmp_path / "lake")["customer_id"].n_unique() == 1


def test_a_parquet_row(maps):
    file = maps / "app.parquet"
    pl.DataFrame([json.loads(app(("Look", "login")[place % 2], place)) for place in range(6)]).write_parquet(file)
    wrong, right = (
        {"format": "parquet", "channel": "app", "map": str(maps / f"{name}.toml")} for name in ("wrong", "right")
    )
    compare(maps, file, wrong, right, Choice(map=right["map"]))


def test_a_w3c_line_far_below_its_fields(tmp_path):
    fields = "#Version: 1.0\n#Fields: date time c-ip cs-username cs-method cs-uri-stem sc-status\n"
    good = [f"2026-03-02 08:00:0{place} 10.0.0.{place} - GET /{place} 200\n" for place in range(5)]
    file = tmp_path / "u_ex.log"
    file.write_bytes((fields + "".join(good)).encode() + "2026-03-02 08:00:09 10.0.0.9 - GET /套餐 200\n".encode("gbk"))
    wrong = {"format": "w3c", "channel": "web"}
    compare(tmp_path, file, wrong, wrong | {"encoding": "gbk"}, Choice(encoding="gbk"))


def test_what_a_tracker_sent(tmp_path):
    event = {
        "type": "track",
        "event": "Look",
        "messageId": "m1",
        "anonymousId": "d1",
        "userId": "<id:" + "0" * 32 + ">",
    }
    spooled = {
        "tracker": "segment",
        "received_at": "2026-03-02T08:00:00.000000Z",
        "batch": "b" * 32,
        "index": 0,
        "event": event,
    }
    lake = tmp_path / "lake"
    segment = lake / "spool" / "1.ndjson"
    segment.parent.mkdir(parents=True)
    segment.write_text(json.dumps(spooled) + "\n")
    assert drain_spool(space(lake), NOW).quarantined == 1
    mended = Settings(trackers=TrackerSettings(names={"Look": "view_item"}, channels={"segment": "app"}))
    ledger = replay_quarantine(space(lake)._replace(settings=mended), Choice(), NOW)
    assert (ledger.events, ledger.quarantined) == (1, 0), ledger
    assert events(lake)["customer_id"].to_list() == ["c" + "0" * 32]


def test_lines_that_still_fail_stay_with_their_new_reason(maps):
    file = maps / "app.ndjson"
    file.write_text(
        "\n".join(
            [app("login", 0), app("login", 1), app("Look", 2), app("Look", 3).replace("1772400003", "-3"), "x" * 70_000]
        )
        + "\n"
    )
    ingest(maps / "lake", file, format="ndjson", channel="app", map=str(maps / "wrong.toml"))
    ledger = replay_quarantine(space(maps / "lake"), Choice(map=str(maps / "right.toml")), NOW)
    assert (ledger.lines, ledger.events, ledger.reasons) == (2, 1, {"bad_time": 1})
    assert sorted(Lake(maps / "lake").scan("quarantine").collect()["reason"]) == ["bad_time", "line_too_long"]


def test_only_what_is_chosen_is_read_again(maps):
    for name in ("a", "b"):
        (maps / f"{name}.ndjson").write_text(f"{app('login', ord(name))}\n{app('Look', 1)}\n{name}\n")
        ingest(maps / "lake", maps / f"{name}.ndjson", format="ndjson", channel="app", map=str(maps / "wrong.toml"))
    right = str(maps / "right.toml")
    assert (
        replay_quarantine(space(maps / "lake"), Choice(reason="unknown_name", source="a.ndjson", map=right), NOW).lines
        == 1
    )
    assert replay_quarantine(space(maps / "lake"), Choice(reason="unknown_name", map=right), NOW).lines == 1


def test_killed_between_the_two_commits_it_is_run_again_and_nothing_is_doubled(maps, monkeypatch):
    file = maps / "app.ndjson"
    file.write_text(
        "\n".join(app("Look" if place else "login", place) for place in range(3))
        + "\n"
        + app("login", 9)
        + "\n"
        + app("login", 10)
        + "\n"
    )
    ingest(maps / "lake", file, format="ndjson", channel="app", map=str(maps / "wrong.toml"))
    choice = Choice(map=str(maps / "right.toml"))

    def die(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as killed, pytest.raises(KeyboardInterrupt):
        killed.setattr(replay, "rewrite_rows", die)
        replay_quarantine(space(maps / "lake"), choice, NOW)
    ledger = replay_quarantine(space(maps / "lake"), choice, NOW)
    assert (ledger.lines, ledger.events, ledger.duplicates) == (2, 0, 2)
    assert events(maps / "lake").height == 5
    assert Lake(maps / "lake").scan("quarantine").collect().is_empty()


def test_a_source_that_cannot_be_read_at_all_stays_and_is_named(maps):
    (maps / "a.ndjson").write_text(f"{app('login', 0)}\n{app('Look', 1)}\n")
    ingest(maps / "lake", maps / "a.ndjson", format="ndjson", channel="app", map=str(maps / "wrong.toml"))
    (maps / "wrong.toml").unlink()
    ledger = replay_quarantine(space(maps / "lake"), Choice(), NOW)
    assert ledger.lines == 0
    assert "a.ndjson" in ledger.notices[0]
    assert Event.validate(events(maps / "lake")).height == 1
