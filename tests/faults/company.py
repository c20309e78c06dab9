"""A small operator: logs of three channels, a log in GBK, what trackers sent, and lakes to begin work from."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

from echannel.people.keys import Key, KeyedPseudonym, find_key, write_keys
from lake import TABLES, Lake
from serving import Histories, Snapshot, load_snapshot, read_current
from simulator import simulate, write_simulation
from tests.intake import hit
from tests.serving.shop import make_shop
from tests.trackers import segment, sensors, snowplow, spool, spool_batch

KEY = Key("key1", "2026-01-01", b"7" * 32)
SEGMENTS, BATCHES = 5, 40
SOURCES = """
[sources.web]
path = "web"
format = "combined"
channel = "web"
[sources.wap]
path = "wap"
format = "gateway"
channel = "wap"
[sources.app]
path = "app/events.ndjson.zst"
format = "ndjson"
map = "maps/app.toml"
[sources.orders]
path = "orders.csv"
format = "csv"
map = "maps/orders.toml"
[sources.catalogue]
path = "catalogue.csv"
format = "csv"
map = "maps/catalogue.toml"
[sources.shop]
path = "shop.log"
format = "combined"
channel = "web"
"""


class Company(NamedTuple):
    """The folder of an operator's logs, the folder of what trackers sent, and one of its lakes."""

    logs: Path
    sent: Path
    lake: Path

    @property
    def settings(self) -> list[object]:
        """Return the options that every command takes."""
        return ["--lake", self.lake, "--settings", self.logs / "echannel.toml"]

    @property
    def ingest(self) -> list[list[object]]:
        """Return the command that reads all logs, and the spool."""
        return [["ingest", *self.settings]]

    @property
    def person(self) -> str:
        """Return a customer: the phone number in the gateway's first line."""
        return (self.logs / "wap" / "gateway.dat").read_text(errors="replace").split("\t")[1]

    @property
    def token(self) -> str:
        """Return what stands for the customer in texts."""
        return KeyedPseudonym(KEY.secret)("token", self.person)

    def begin(self, start: Path | None = None) -> "Company":
        """Throw the lake away and begin anew, with a copy of another or an empty one, and the same key."""
        shutil.rmtree(self.lake, ignore_errors=True)
        for leftover in self.lake.parent.glob(f"{self.lake.name}.*"):
            leftover.unlink()
        if start:
            shutil.copytree(start, self.lake)
        write_keys(find_key(self.lake), [KEY])
        return self

    def fill_spool(self) -> None:
        """Let the trackers' events wait in the spool."""
        shutil.copytree(self.sent, self.lake / "spool", dirs_exist_ok=True)

    def make_snapshot(self) -> Snapshot:
        """Make what is published: the customer is in it, and somebody else."""
        person = KeyedPseudonym(KEY.secret)("customer", self.person)
        people, items = np.array([person, "cother"]), np.array(["phone", "plan"])
        return replace(make_shop(), histories=Histories.from_rows(people, items, np.ones(2, np.float32)))


def invent(folder: Path, visits: int) -> Company:
    """Write an operator's logs into a folder."""
    write_simulation(simulate(visits=visits, seed=2), folder / "logs")
    with (folder / "logs" / "echannel.toml").open("a") as file:
        file.write(SOURCES)
    company = Company(folder / "logs", folder / "sent", folder / "lake").begin()
    (folder / "logs" / "shop.log").write_bytes(_write_shop())
    company.sent.mkdir()
    for place in range(SEGMENTS):
        numbers = range(place * BATCHES, (place + 1) * BATCHES)
        lines = "".join(f"{line}\n" for number in numbers for line in _write_batch(number, company.token))
        (company.sent / f"{place}.ndjson").write_text(lines)
    return company


def read_all(lake: Path) -> dict[str, pl.DataFrame]:
    """Read every table, in an order that does not depend on how it was written, and what is published.

    Times at which something was done are left out: they are the clock's.
    """
    tables = {name: Lake(lake).scan(name).collect() for name in TABLES}
    tables = {name: table.sort(list(TABLES[name].key), nulls_last=True) for name, table in tables.items()}
    tables["erased"] = tables["erased"].select("mark", "of").unique().sort("mark")
    tables["identity"] = tables["identity"].drop("linked_at").with_columns(pl.col("undone_at").is_not_null())
    return {**tables, "published": _read_published(lake / "serving")}


def differ(left: dict[str, pl.DataFrame], right: dict[str, pl.DataFrame]) -> list[str]:
    """Name the tables that are not the same."""
    return [name for name in left if not left[name].equals(right[name])]


def _write_shop() -> bytes:
    """Write a log of which most lines are in GBK, as old shops write them, and some are nothing."""
    lines = [hit(f"/product/手机{number}", ip=f"10.0.1.{number}").encode("gbk") for number in range(40)]
    return b"".join(line + b"\n" for line in [*_plain(), *lines, *[b"\xff\xfe broken"] * 5])


def _plain() -> list[bytes]:
    return [hit("/list/phones", ip=f"10.0.2.{number}").encode() for number in range(60)]


def _write_batch(number: int, token: str) -> list[str]:
    """Write a batch with an order of two products, an event without an id, one unknown, and one sent before."""
    order = segment(
        event="Order Completed", messageId=f"o{number}", properties={"products": [{"sku": "A"}, {"sku": "B"}]}
    )
    nameless = {key: value for key, value in sensors("AddToCart").items() if key != "_track_id"}
    return [
        *spool_batch("sensors", nameless, nameless, batch=f"{number:032x}"),
        spool("segment", order, batch=f"{number + 10**6:032x}"),
        spool("sensors", sensors("unknown"), batch=f"{number + 2 * 10**6:032x}"),
        spool("snowplow", snowplow(eid=f"e{number // 2}", uid=token), batch=f"{number + 3 * 10**6:032x}"),
    ]


def _read_published(folder: Path) -> pl.DataFrame:
    """Read the version published and whom it knows; a snapshot that is not whole is an error."""
    version = read_current(folder) if folder.exists() else None
    people = load_snapshot(folder / version).histories.persons.tolist() if version else []
    return pl.DataFrame({"person": people}, schema={"person": pl.String}).with_columns(version=pl.lit(version))
