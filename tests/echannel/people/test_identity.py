from datetime import UTC, datetime

import polars as pl
import pytest

from echannel.people.identity import read_links, refresh_identity, resolve_persons, undo_identity
from echannel.tree import Settings
from ingest import Event, IdentitySettings, SessionSettings, sessionize
from lake import Lake
from tests.drawing import draw

NOW = datetime(2026, 4, 1, tzinfo=UTC)


def append(lake: Lake, picture: str) -> None:
    lake.append_new("events", [Event.cast(draw(picture).select(Event.column_names()))])


DEFAULTS = Settings()


def persons(lake: Lake, settings: Settings = DEFAULTS) -> list[str]:
    sessioned = sessionize(Event.cast(lake.scan("events").collect()), SessionSettings())
    return resolve_persons(lake, settings, sessioned.lazy()).sort("event_id").collect()["person_id"].to_list()


@pytest.fixture
def lake(tmp_path):
    lake = Lake(tmp_path / "lake")
    append(lake, "event_id | visitor | customer | time\na | phone | | 1 08:00\nb | phone | ann | 2 08:00")
    return lake


def test_the_anonymous_past_of_a_device_is_its_only_customers(lake):
    assert persons(lake) == ["ann", "ann"]


def test_without_back_fill_it_stays_the_devices(lake):
    assert persons(lake, Settings(identity=IdentitySettings(back_fill=False))) == ["phone", "ann"]


def test_a_second_customer_takes_the_past_away_again(lake):
    refresh_identity(lake, NOW)
    append(lake, "event_id | visitor | customer | time\nc | phone | bob | 1 12:00")
    assert persons(lake) == ["phone", "ann", "bob"]
    assert read_links(lake, ["bob"])["apart"].to_list() == ["shared", "shared"]


@pytest.mark.parametrize("meant", ["ann", "phone"])
def test_what_is_undone_stays_undone_when_more_is_read(lake, meant):
    assert undo_identity(lake, [meant], NOW)["undone_at"].to_list() == [NOW]
    append(lake, "event_id | visitor | customer | time\nc | phone | ann | 9 12:00")
    assert persons(lake) == ["phone", "ann", "ann"]


def test_a_map_that_is_up_to_date_is_left_alone(lake):
    refresh_identity(lake, NOW)
    before = lake.version("identity")
    refresh_identity(lake)
    assert lake.version("identity") == before
    append(lake, "event_id | visitor | customer | time\nc | tablet | | 9 12:00")
    refresh_identity(lake)
    assert lake.version("identity") == before + 1
    assert pl.scan_delta(str(lake.folder / "identity")).collect()["linked_at"].to_list() == [NOW]
