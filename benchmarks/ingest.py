"""Ask what it costs to turn a web log into events in the lake, beside copying the same file to Parquet."""

import tempfile
from datetime import datetime, timedelta
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import NamedTuple

import chdb
import duckdb

from benchmarks.measurement import CACHE, Detail, Finding, Race, Rival
from echannel.daily import Intake, Ledger, ingest_file, ingest_files
from echannel.people.keys import KeyedPseudonym
from echannel.tree import Settings, read_settings, read_site_map_of
from ingest import SiteMap
from lake import Lake
from simulator import simulate

VISITS = 60_000
COLUMNS = ("ip", "dash", "login", "time", "zone", "request", "status", "bytes", "referrer", "agent")
COPY = """
    copy (select * from read_csv('{log}', delim = ' ', quote = '"', header = false, auto_detect = false,
        strict_mode = false, ignore_errors = true, columns = {{{columns}}})) to '{file}' (format parquet)
"""

GROUPS = r'^(\S+) (\S+) (\S+) \[([^\]]+)\] "((?:[^"\\]|\\.)*)" (\d+) (\S+) "((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)"'
CHDB_COPY = """
    insert into function file('{file}', 'Parquet') select {columns} from (
        select extractGroups(line, '{groups}') as found from file('{log}', 'LineAsString')
    ) where notEmpty(found)
"""


class Site(NamedTuple):
    """A log, and the settings of the site that wrote it."""

    log: Path
    settings: Settings
    site_map: SiteMap


def prepare(rows: int) -> Site:
    """Find or make a log of that many lines, by tiling the simulator's web log in time and over addresses."""
    folder = CACHE / f"web-{rows}"
    log = folder / "access.log"
    if not log.exists():
        _make_log(folder, rows)
    settings = read_settings(folder / "echannel.toml")
    return Site(log, settings, read_site_map_of(settings, folder / "echannel.toml"))


def take_in(site: Site) -> int:
    """Do as the daily run does with one file: events and quarantine into the lake, without cutting sessions."""
    with tempfile.TemporaryDirectory() as folder:
        return ingest_file(site.log, _plan(site, Path(folder)), lambda _: None).events


def run_command(site: Site) -> Ledger:
    """Do all that `echannel ingest` does, sessions included."""
    with tempfile.TemporaryDirectory() as folder:
        return ingest_files([site.log], _plan(site, Path(folder)))


def _plan(site: Site, folder: Path) -> Intake:
    """Plan to read the log into an empty lake, with a key that has hashed nobody yet."""
    return Intake(Lake(folder), site.settings, site.site_map, KeyedPseudonym(bytes(32)), "combined", "web")


def copy_by_duckdb(site: Site) -> None:
    columns = ", ".join(f"'{name}': 'varchar'" for name in COLUMNS)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "log.parquet"
        duckdb.connect().execute(COPY.format(log=site.log, columns=columns, file=file))


def copy_by_chdb(site: Site) -> None:
    columns = ", ".join(f"found[{place}] as c{place}" for place in range(1, 10))
    groups = GROUPS.replace("\\", "\\\\")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "log.parquet"
        chdb.query(CHDB_COPY.format(log=site.log, file=file, columns=columns, groups=groups))


def count_lines(site: Site) -> Detail:
    return {"log_mb": site.log.stat().st_size // 2**20, "events": take_in(site)}


EVENTS = Race(
    "web log to events in the lake",
    3_000_000,
    prepare,
    take_in,
    (
        Rival("DuckDB CSV copied to Parquet", copy_by_duckdb, "<= 2.5"),
        Rival("chdb regular expression copied to Parquet", copy_by_chdb),
    ),
    count_lines,
)
COMMAND = Race(
    "web log through `echannel ingest`, sessions included",
    3_000_000,
    prepare,
    run_command,
    (Rival("DuckDB CSV copied to Parquet", copy_by_duckdb),),
)


def answer(rows: int | None) -> list[Finding]:
    events = EVENTS.run("benchmarks.ingest:EVENTS", rows)
    peak = events[0].detail["ours_peak_mb"]
    detail: Detail = {"rows": events[0].detail["rows"]}
    memory = Finding("web log to events in the lake, peak memory", float(peak), "<= 1000", detail, "MB")
    return [*events, memory, *COMMAND.run("benchmarks.ingest:COMMAND", rows)]


def _make_log(folder: Path, rows: int) -> None:
    simulation = simulate(VISITS)
    folder.mkdir(parents=True, exist_ok=True)
    for document, text in simulation.documents.items():
        (folder / document).parent.mkdir(parents=True, exist_ok=True)
        (folder / document).write_text(text, encoding="utf-8")
    lines = list(simulation.lines("web/access.log.gz"))
    fresh = folder / "access.log.new"
    with fresh.open("wb") as file:
        for place, line in zip(range(rows), cycle(lines), strict=False):
            file.write(_shift(line, place // len(lines)) + b"\n")
    fresh.rename(folder / "access.log")


def _shift(line: bytes, tile: int) -> bytes:
    """Move a line some periods later and to another network; dirt stays as it is."""
    network, dot, rest = line.partition(b".")
    begin = rest.find(b" [") + 2
    if not (tile and network.isdigit() and begin > 1):
        return line
    moved = str((int(network) + tile) % 223 + 1).encode()
    return moved + dot + rest[:begin] + _move_date(rest[begin : begin + 11], tile) + rest[begin + 11 :]


@cache
def _move_date(date: bytes, tile: int) -> bytes:
    try:
        day = datetime.strptime(date.decode(), "%d/%b/%Y")
    except ValueError:
        return date
    return (day + timedelta(days=28 * tile)).strftime("%d/%b/%Y").encode()
