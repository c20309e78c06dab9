"""Logs grow, are rotated, packed and emptied while we read them: no line is lost, and none is read twice."""

import gzip
import os
import shutil
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
import zstandard
from msgspec.structs import replace

from echannel.daily import Intake, Ledger, ingest_files
from echannel.intake import find_feeds
from echannel.tree import IngestSettings, Settings
from ingest import BadInput, SiteMap
from lake import Lake
from tests.intake import NOW, hit, map_columns, pseudonym, write_hits


class Site:
    """A site with a log, a lake, and a clock."""

    def __init__(self, folder: Path) -> None:
        self.log, self.folder = folder / "logs" / "access.log", folder / "logs"
        self.folder.mkdir(parents=True)
        settings = Settings(ingest=IngestSettings(part_lines=1000))
        self.lake = Lake(folder / "lake")
        self.intake = Intake(self.lake, settings, SiteMap(), pseudonym, "combined", "web", now=NOW)

    def ingest(self, *files: Path, **options: object) -> Ledger:
        """Read files, all that lie in the folder if none is named."""
        return ingest_files(find_feeds(files or [self.folder]), replace(self.intake, **options))

    @property
    def pages(self) -> list[int]:
        """List the pages that were seen, each as often as it was."""
        seen = self.lake.scan("events").select(pl.col("page").str.extract(r"(\d+)").cast(pl.Int64)).collect()
        return sorted(seen["page"])


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path)


def count(ledger: Ledger) -> tuple[int, int, int]:
    assert ledger.lines + ledger.further == ledger.events + ledger.quarantined + ledger.duplicates + ledger.ignored
    return ledger.lines, ledger.events, ledger.duplicates


def test_a_log_that_grew_is_read_from_where_it_was_left(site):
    write_hits(site.log, *range(3))
    assert count(site.ingest()) == (3, 3, 0)
    write_hits(site.log, 3, 4)
    assert count(site.ingest()) == (5, 2, 3)
    assert count(site.ingest()) == (5, 0, 5)
    assert site.pages == [0, 1, 2, 3, 4]


def test_what_was_read_is_not_read_again(site):
    write_hits(site.log, *range(40_000))
    read: list[int] = []
    ingest_files([site.log], site.intake, read.append)
    write_hits(site.log, 40_000)
    again: list[int] = []
    ingest_files([site.log], site.intake, again.append)
    assert sum(read) > 4_000_000
    assert sum(again) < 1000


def test_half_a_line_waits_for_its_other_half(site):
    whole = hit("/page/1").encode()
    write_hits(site.log, 0)
    with site.log.open("ab") as log:
        log.write(whole[:50])
    os.utime(site.log, (NOW.timestamp(), NOW.timestamp()))
    ledger = site.ingest()
    assert count(ledger) == (1, 1, 0)
    assert "its last 50 bytes have no line break yet" in ledger.notices[0]
    with site.log.open("ab") as log:
        log.write(whole[50:] + b"\n")
    assert count(site.ingest()) == (2, 1, 1)
    assert site.pages == [0, 1]


def test_a_log_that_is_half_a_line_is_not_judged_yet(site):
    site.log.write_bytes(hit("/page/0").encode()[:20])
    os.utime(site.log, (NOW.timestamp(), NOW.timestamp()))
    assert site.ingest().notices[0].startswith("access.log: its last 20 bytes")
    assert site.lake.version("events") == -1


@pytest.mark.parametrize("end", ["said", "at rest", "packed"])
def test_a_last_line_without_a_line_break_is_read_when_its_file_will_not_grow(site, end):
    write_hits(site.log, 0, 1, ending=b"")
    if end == "packed":
        (site.folder / "access.log.gz").write_bytes(gzip.compress(site.log.read_bytes()))
        site.log.unlink()
    now = NOW + timedelta(seconds=61 if end == "at rest" else 0)
    assert count(site.ingest(finished=end == "said", now=now)) == (2, 2, 0)
    assert site.pages == [0, 1]


def test_a_last_line_that_grew_after_all_is_read_again_whole(site):
    write_hits(site.log, 0, ending=b"\n" + hit("/page/1").encode()[:60])
    ledger = site.ingest(finished=True)
    assert (ledger.events, ledger.quarantined) == (1, 1)
    with site.log.open("ab") as log:
        log.write(hit("/page/1").encode()[60:] + b"\n")
    assert count(site.ingest()) == (2, 1, 1)
    assert site.pages == [0, 1]


def test_a_renamed_log_is_the_same_log(site):
    write_hits(site.log, *range(3))
    site.ingest()
    write_hits(site.log, 3)
    site.log.rename(site.folder / "access.log.1")
    write_hits(site.log, 10, 11)
    assert count(site.ingest()) == (6, 3, 3)
    assert site.pages == [0, 1, 2, 3, 10, 11]


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_a_renamed_and_packed_log_is_the_same_log(site, pack):
    write_hits(site.log, *range(3))
    site.ingest()
    write_hits(site.log, 3)
    (site.folder / "access.log.1.packed").write_bytes(pack(site.log.read_bytes()))
    site.log.unlink()
    write_hits(site.log, 10)
    assert count(site.ingest()) == (5, 2, 3)
    assert site.pages == [0, 1, 2, 3, 10]


def test_a_log_that_was_copied_and_emptied_loses_nothing(site):
    write_hits(site.log, *range(5))
    site.ingest()
    write_hits(site.log, 5)
    shutil.copy(site.log, site.folder / "access.log.1")
    os.truncate(site.log, 0)
    write_hits(site.log, 20)
    assert count(site.ingest()) == (7, 2, 5)
    assert site.pages == [0, 1, 2, 3, 4, 5, 20]


def test_an_emptied_log_that_grew_beyond_where_it_was_left_is_read_from_its_start(site):
    write_hits(site.log, *range(3))
    site.ingest()
    os.truncate(site.log, 0)
    write_hits(site.log, *range(100, 110))
    assert count(site.ingest()) == (10, 10, 0)
    assert site.pages == [0, 1, 2, *range(100, 110)]


def test_an_emptied_log_that_begins_with_the_same_line_is_read_from_its_start(site):
    write_hits(site.log, *range(5))
    site.ingest()
    os.truncate(site.log, 0)
    write_hits(site.log, 0, *range(100, 110))
    assert count(site.ingest()) == (11, 10, 1)
    assert site.pages == [0, 1, 2, 3, 4, *range(100, 110)]


def test_two_generations_may_pass_between_two_readings(site):
    write_hits(site.log, *range(3))
    site.ingest()
    write_hits(site.log, 3)
    site.log.rename(site.folder / "access.log.2")
    write_hits(site.folder / "access.log.1", 10, 11)
    write_hits(site.log, 20)
    assert count(site.ingest()) == (7, 4, 3)
    assert site.pages == [0, 1, 2, 3, 10, 11, 20]


def test_a_log_that_grows_while_it_is_read_is_read_on_the_next_time(site):
    write_hits(site.log, *range(2000))

    grown: list[int] = []

    def grow(_: int) -> None:
        grown.append(5000 + len(grown))
        write_hits(site.log, grown[-1])

    first = ingest_files([site.log], site.intake, grow)
    assert first.events == 2000
    assert count(site.ingest()) == (2000 + len(grown), len(grown), 2000)
    assert site.pages == [*range(2000), *grown]


def test_a_log_that_is_renamed_while_it_is_read_is_read_to_its_end(site):
    write_hits(site.log, *range(30_000))

    def rotate(_: int) -> None:
        if site.log.exists():
            site.log.rename(site.folder / "access.log.1")

    ledger = ingest_files([site.log], site.intake, rotate)
    assert (ledger.events, len(site.pages)) == (30_000, 30_000)


def test_a_log_that_is_emptied_and_rewritten_while_it_is_read_is_read_again_and_not_muddled(site):
    write_hits(site.log, *range(20_000))
    rewritten: list[int] = []

    def empty(_: int) -> None:
        if not rewritten:
            rewritten.append(1)
            os.truncate(site.log, 0)
            write_hits(site.log, *range(50_000, 80_000))

    with pytest.raises(BadInput, match="emptied and written anew while it was read"):
        ingest_files([site.log], site.intake, empty)
    site.ingest()
    assert set(range(50_000, 80_000)) <= set(site.pages)
    assert len(site.pages) == len(set(site.pages))


def test_another_way_of_reading_reads_the_whole_log_again_and_finds_its_lines_known(site):
    write_hits(site.log, *range(4))
    site.ingest()
    read: list[int] = []
    ledger = ingest_files([site.log], replace(site.intake, site_map=SiteMap(ignore=("/nothing",))), read.append)
    assert count(ledger) == (4, 0, 4)
    assert sum(read) > 0
    assert site.pages == [0, 1, 2, 3]


def test_a_log_longer_than_a_part_is_committed_part_by_part(site):
    write_hits(site.log, *range(90_000))
    whole = replace(site.intake, settings=Settings(ingest=IngestSettings(part_lines=1)))
    ledger = ingest_files([site.log], whole)
    assert count(ledger) == (90_000, 90_000, 0)
    assert site.pages == list(range(90_000))


def many_lines(count: int) -> bytes:
    """Write a log of more than one block."""
    before, after = hit("/page/#", agent="Mozilla/5.0 (Linux; Android 14) " + "x" * 100).split("#")
    return "".join(f"{before}{number}{after}\n" for number in range(count)).encode()


def test_a_fault_in_a_later_part_leaves_the_parts_before_it_and_the_next_run_goes_on(site):
    site.log.write_bytes(many_lines(400_000))

    def fail(_: int) -> None:
        if site.lake.version("events") > 0:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ingest_files([site.log], site.intake, fail)
    left = len(site.pages)
    assert 0 < left < 400_000
    ledger = site.ingest()
    assert count(ledger) == (400_000, 400_000 - left, left)
    assert site.pages == list(range(400_000))


@pytest.mark.parametrize("damage", ["cut", "flipped"])
def test_of_a_damaged_packed_log_nothing_is_taken_however_long_it_is(site, damage):
    packed = bytearray(gzip.compress(many_lines(600_000), 1))
    if damage == "cut":
        del packed[-1000:]
    else:
        packed[-1000] ^= 0x10
    (site.folder / "access.log.gz").write_bytes(packed)
    with pytest.raises(BadInput, match="cut short or damaged"):
        site.ingest()
    assert site.pages == []


def test_two_tables_with_one_header_are_two_sources(site):
    mapping = map_columns(fields={"occurred_at": "time", "visitor_id": "who"}, channel="app")
    for name, visitor in (("a.csv", "ann"), ("b.csv", "bob")):
        (site.folder / name).write_text(f"time,who\n2026-03-02T08:00:00Z,{visitor}\nbroken,x\n")
    ledger = site.ingest(format="csv", mapping=mapping)
    assert (ledger.events, ledger.quarantined, ledger.ignored) == (2, 2, 2)
    assert site.lake.scan("quarantine").collect().height == 2


def test_a_table_that_grew_keeps_its_header(site):
    mapping = map_columns(fields={"occurred_at": "time", "visitor_id": "who"}, channel="app")
    file = site.folder / "a.csv"
    file.write_text("time,who\n")
    for visitor in ("ann", "bob"):
        with file.open("a") as table:
            table.write(f"2026-03-02T08:00:00Z,{visitor}\n")
        ledger = site.ingest(format="csv", mapping=mapping)
    assert (ledger.lines, ledger.events, ledger.duplicates, ledger.ignored) == (3, 1, 2, 0)
    assert site.lake.scan("events").collect().height == 2
