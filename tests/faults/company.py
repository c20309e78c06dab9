"""A small operator whose logs are read again and again, and what its lake must hold in the end."""

import shutil
from pathlib import Path
from typing import NamedTuple

import polars as pl

from lake import TABLES, Lake
from simulator import simulate, write_simulation

KEY = "7" * 64


class Company(NamedTuple):
    """The folder of an operator's logs, and one of its lakes."""

    logs: Path
    lake: Path

    @property
    def ingest(self) -> list[list[object]]:
        """Return the commands that read all logs."""
        kept = ["--lake", self.lake, "--settings", self.logs / "echannel.toml"]
        maps = self.logs / "maps"
        return [
            ["ingest", self.logs / "web", "--format", "combined", "--channel", "web", *kept],
            ["ingest", self.logs / "wap", "--format", "gateway", "--channel", "wap", *kept],
            ["ingest", self.logs / "app", "--format", "ndjson", "--map", maps / "app.toml", *kept],
            ["ingest", self.logs / "orders.csv", "--format", "csv", "--map", maps / "orders.toml", *kept],
            ["ingest", self.logs / "catalogue.csv", "--format", "csv", "--map", maps / "catalogue.toml", *kept],
        ]

    def renew(self) -> "Company":
        """Throw the lake away and begin with an empty one and the same key."""
        shutil.rmtree(self.lake, ignore_errors=True)
        for leftover in self.lake.parent.glob(f"{self.lake.name}.*"):
            leftover.unlink()
        key = self.lake.with_name(f"{self.lake.name}.key")
        key.write_text(KEY + "\n")
        key.chmod(0o600)
        return self


def invent(folder: Path, visits: int) -> Company:
    """Write an operator's logs into a folder."""
    write_simulation(simulate(visits=visits, seed=2), folder / "logs")
    return Company(folder / "logs", folder / "lake").renew()


def read_all(lake: Path) -> dict[str, pl.DataFrame]:
    """Read every table, in an order that does not depend on how it was written."""
    tables = {name: Lake(lake).scan(name).collect() for name in TABLES}
    return {name: table.sort(list(TABLES[name].key), nulls_last=True) for name, table in tables.items()}


def differ(left: dict[str, pl.DataFrame], right: dict[str, pl.DataFrame]) -> list[str]:
    """Name the tables that are not the same."""
    return [name for name in left if not left[name].equals(right[name])]
