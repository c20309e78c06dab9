"""Erasure: a person leaves the tables and their old versions, the spool, and what is published; and stays away."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal, NamedTuple

import msgspec
import polars as pl

from echannel.people.clearing import clear_spool
from echannel.people.identity import read_links, refresh_identity, undo_identity
from echannel.people.published import change_people
from echannel.places import find_spool_folder
from echannel.sessions.refresh import refresh_sessions
from echannel.workspace import Workspace
from ingest import Erased, Erasure, open_erasures, token_of
from lake import Lake, delete_rows, own, wipe


class Person(NamedTuple):
    """Who is to be erased, in every form in which they may be met."""

    raw: str
    hash: str
    customers: list[str]
    """Their one pseudonym; none where a device was named, and no customer."""
    devices: list[str]
    """Hashes of the devices that were theirs alone, the person's own among them (a gateway's device is its number)."""
    earlier: Erased
    """Devices that an erasure found before, up to its time: it may have been cut short."""

    @property
    def ids(self) -> list[str]:
        """Return the pseudonyms under which they are known."""
        return [*self.customers, *(f"v{device}" for device in self.devices)]

    @property
    def tokens(self) -> list[str]:
        """Return what stands for them in texts."""
        return [token_of(known) for known in {*self.devices, *self.earlier.hashes}]

    def owns(self, people: Sequence[str], moment: str) -> pl.Expr:
        """Tell of a row whether it is theirs, by the columns that name people."""
        named = [pl.col(name).is_in(self.ids).fill_null(False) for name in people]
        return pl.any_horizontal(*named, self.earlier.covers(people, moment))

    @property
    def traces(self) -> re.Pattern[bytes]:
        """Return what a text that mentions them holds: their tokens, or the raw value as a word of its own."""
        return re.compile(f"{'|'.join(self.tokens)}|(?<![0-9A-Za-z]){re.escape(self.raw)}(?![0-9A-Za-z])".encode())


class Removed(msgspec.Struct):
    """What was removed, by place: rows of tables, lines of the spool, people of the snapshot, old files."""

    events: int = 0
    orders: int = 0
    quarantine: int = 0
    identity: int = 0
    sessions: int = 0
    spool: int = 0
    published: int = 0
    files: int = 0
    devices: int = 0
    """Devices that were theirs alone and went with them."""
    notices: list[str] = []


def erase_person(
    space: Workspace, kind: Literal["customer", "visitor"], raw: str, now: datetime | None = None
) -> Removed:
    """Erase a customer, with the devices that were theirs alone and these' anonymous past, or one device.

    First it is written down, sealed, that they are erased up to now, so that reading their logs again does not bring
    them back; then rows go, then old versions. Killed anywhere, run it again: it goes on where it was. On devices that
    others used too, only what is known to be theirs goes, and the device is never linked to anybody again.
    """
    person = _find_person(space, kind, raw)
    _write_down(space, person, now or datetime.now(UTC))
    removed = Removed(devices=len(set(person.devices) - {person.hash}))
    _delete_everywhere(space, person, removed)
    removed.spool = clear_spool(find_spool_folder(space.lake.folder), person.traces, removed.notices)
    gone = {*person.ids, *(f"v{device}" for device in person.earlier.hashes)}
    removed.published = change_people(space.serving_folder, lambda name: None if name in gone else name)
    removed.files = wipe(space.lake)
    return removed


def _find_person(space: Workspace, kind: Literal["customer", "visitor"], raw: str) -> Person:
    """Find the devices that were theirs alone: those linked to them, and those that an erasure cut short found."""
    named = space.pseudonym(kind, raw)
    known, customers = named[1:], [named] if kind == "customer" else []
    refresh_identity(space.lake)
    alone = pl.col("apart").is_null() & pl.col("customer_id").is_in(customers)
    devices = [known, *(visitor[1:] for visitor in read_links(space.lake).filter(alone)["visitor_id"])]
    earlier = space.lake.scan("erased").filter(of=space.pseudonym("seal", known)).collect()
    return Person(raw, known, customers, devices, open_erasures(earlier, space.pseudonym))


def _write_down(space: Workspace, person: Person, now: datetime) -> None:
    """Write down who is erased, while nobody writes: whoever reads their logs just now will notice."""
    marks = [space.pseudonym("seal", device) for device in person.devices]
    of = space.pseudonym("seal", person.hash)
    rows = Erasure.cast(pl.DataFrame({"mark": marks}).with_columns(erased_at=pl.lit(now), of=pl.lit(of)))
    space.lake.append_new("erased", [rows])
    with own(space.lake.folder):
        """Whoever had not noticed has written by now, and those rows go with the others."""


def _delete_everywhere(space: Workspace, person: Person, removed: Removed) -> None:
    """Delete rows table by table; what is made of events follows from these."""
    lake = space.lake
    before = _count(lake, "sessions")
    theirs = person.owns(["visitor_id", "customer_id"], "occurred_at")
    named = pl.col("event_id").str.starts_with(f"e{person.hash}")
    in_session = pl.col("event_id").is_in(_list_session_events(lake, person).implode())
    used = read_links(lake).filter(pl.col("customer_id").is_in(person.customers))
    undo_identity(lake, used["visitor_id"].to_list())
    removed.events = delete_rows(lake, "events", theirs | named | in_session)
    removed.orders = delete_rows(lake, "orders", person.owns(["person_id"], "ordered_at"))
    removed.quarantine = delete_rows(lake, "quarantine", pl.col("quarantine_id").is_in(_list_lines(lake, person)))
    removed.identity = delete_rows(lake, "identity", person.owns(["visitor_id", "customer_id"], "last_seen_at"))
    refresh_sessions(lake, space.settings)
    removed.sessions = before - _count(lake, "sessions")


def _list_session_events(lake: Lake, person: Person) -> pl.Series:
    """List the events that are theirs because their session is, though they do not say so themselves."""
    theirs = lake.scan("sessioned").filter(pl.col("customer_id").is_in(person.customers))
    return theirs.select("event_id").collect().to_series()


def _list_lines(lake: Lake, person: Person) -> list[str]:
    """List the quarantined lines that mention them."""
    words = [word.encode() for word in [*person.tokens, person.raw]]
    near = lake.scan("quarantine").filter(pl.any_horizontal(pl.col("raw").bin.contains(word) for word in words))
    lines = near.select("quarantine_id", "raw").collect(engine="streaming")
    return [line for line, raw in lines.iter_rows() if person.traces.search(raw)]


def _count(lake: Lake, name: str) -> int:
    return int(lake.scan(name).select(pl.len()).collect().item())
