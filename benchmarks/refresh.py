"""Ask what it costs to keep memory bounded while a lake's sessions are cut anew."""

import shutil
from collections.abc import Iterator

import polars as pl

from benchmarks.made_events import make_events
from benchmarks.measurement import CACHE, Detail, Finding, Race, Rival
from echannel.sessions.refresh import refresh_sessions
from echannel.sessions.rewriting import Portions
from echannel.tree import Settings
from ingest import Event
from lake import Lake

TILE = 5_000_000
AT_ONCE = Portions(events=1 << 40, points=1 << 40)


def prepare(rows: int) -> Lake:
    """Find or make a lake of that many events: tiles of other visitors over the same month."""
    folder = CACHE / f"events-{rows}"
    if not folder.exists():
        fresh = folder.with_name(f"{folder.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        for tile in _make_tiles(rows):
            Lake(fresh).append_new("events", [tile])
        fresh.rename(folder)
    return Lake(folder)


def refresh_in_portions(lake: Lake) -> None:
    _forget(lake)
    refresh_sessions(lake, Settings())


def refresh_at_once(lake: Lake) -> None:
    _forget(lake)
    refresh_sessions(lake, Settings(), AT_ONCE)


def compare(lake: Lake) -> Detail:
    """Compare the sessions, all of them."""
    refresh_at_once(lake)
    theirs = lake.scan("sessions").sort("session_id").collect()
    refresh_in_portions(lake)
    ours = lake.scan("sessions").sort("session_id").collect()
    assert ours.equals(theirs), "in portions other sessions are cut than at once"
    return {"sessions": len(ours)}


RACE = Race(
    "cut a lake's sessions anew in portions",
    3_000_000,
    prepare,
    refresh_in_portions,
    (Rival("all at once", refresh_at_once, "<= 3"),),
    compare,
)


def answer(rows: int | None) -> list[Finding]:
    return RACE.run("benchmarks.refresh:RACE", rows)


def _make_tiles(rows: int) -> Iterator[pl.DataFrame]:
    for number, begin in enumerate(range(0, rows, TILE)):
        events = make_events(min(TILE, rows - begin), seed=number + 1)
        marked = [pl.format("{}-{}", pl.lit(number), name).alias(name) for name in ("event_id", "visitor_id")]
        yield Event.cast(events.with_columns(marked))


def _forget(lake: Lake) -> None:
    for name in ("sessioned", "sessions"):
        shutil.rmtree(lake.folder / name, ignore_errors=True)
