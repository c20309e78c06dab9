"""The identity map kept up to date with the lake's events: whose a device's anonymous past is."""

from collections.abc import Callable
from datetime import UTC, datetime

import dataframely as dy
import polars as pl

from echannel.tree import Settings
from ingest import IdentityLink, link_devices, name_persons, undo_links
from lake import TABLES, Exchange, Lake, Overtaken, State, share

TRIES = 20
NAME = "identity"

Links = dy.DataFrame[IdentityLink]


def refresh_identity(lake: Lake, now: datetime | None = None) -> None:
    """Bring the map up to date with `events`: the same events give the same links, in whatever order they came."""
    made_of = {"events": str(lake.version("events"))}
    if made_of["events"] == "-1" or made_of.items() <= _look(lake).note.items():
        return
    columns = lake.scan("events").select("visitor_id", "customer_id", "occurred_at")
    moment = now or datetime.now(UTC)
    _change(lake, lambda earlier: link_devices(columns, earlier, moment), made_of)


def undo_identity(lake: Lake, person_ids: list[str], now: datetime | None = None) -> Links:
    """Undo the links of these devices or customers for good, whatever is read later; return those links."""
    refresh_identity(lake, now)
    moment = now or datetime.now(UTC)
    _change(lake, lambda earlier: undo_links(earlier, person_ids, moment), dict(_look(lake).note))
    return read_links(lake, person_ids)


def read_links(lake: Lake, person_ids: list[str] | None = None) -> Links:
    """Read the map, or the part of it that knows these devices or customers and whoever shares a device with them."""
    links = lake.scan(NAME)
    if person_ids is not None:
        meant = pl.col("visitor_id").is_in(person_ids) | pl.col("customer_id").is_in(person_ids)
        links = links.join(links.filter(meant).select("visitor_id").unique(), on="visitor_id", how="semi")
    return IdentityLink.cast(links.sort("visitor_id", "customer_id").collect())


def resolve_persons(lake: Lake, settings: Settings, sessioned: pl.LazyFrame) -> pl.LazyFrame:
    """Give devices' anonymous sessions to their only customers, unless the settings forbid it."""
    if not settings.identity.back_fill:
        return sessioned
    refresh_identity(lake)
    return name_persons(sessioned, lake.scan(NAME))


def _change(lake: Lake, make: Callable[[Links], Links], note: dict[str, str]) -> None:
    """Make the map anew from what it was, in one commit; where nothing changed only the note is written."""
    for _ in range(TRIES):
        with share(lake.folder):
            state = _look(lake)
            earlier = _read(state)
            links = make(earlier)
            with Exchange(state) as exchange:
                if not links.equals(earlier):
                    exchange.take_out(state.pieces["file"])
                    exchange.put_in(links)
                try:
                    return exchange.commit({name: note[name] for name in note.keys() & {"events"}})
                except Overtaken:
                    continue
    raise TimeoutError(f"{lake.folder / NAME}: other writers came first {TRIES} times. Run the command again.")


def _look(lake: Lake) -> State:
    return State(lake.folder / NAME, TABLES[NAME])


def _read(state: State) -> Links:
    files = state.pieces["file"].to_list()
    kept = pl.scan_parquet(files) if files else IdentityLink.create_empty().lazy()
    return IdentityLink.cast(kept.sort("visitor_id", "customer_id").collect())
