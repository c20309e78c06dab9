"""Dirty logs: lines = events + quarantined + duplicates + ignored, always; and no good line is lost for its neighbours."""

import gzip
import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lake import Lake
from tests.faults.dirt import BLANK, DIALECTS, PACKINGS, Dialect, list_dirt
from tests.faults.jobs import ROOT
from tests.intake import hit
from tests.shell import CLEAN, run

MIB = 1 << 20


def ingest(file: Path, dialect: Dialect, code: int = 0) -> dict[str, Any]:
    """Read a file into an empty lake beside it, and return the ledger; none of one that is refused."""
    lake = file.with_name(f"{file.name} lake")
    options = dialect.list_options(file.parent)
    ended = run("ingest", file, "--finished", "--lake", lake, "--json", *options, code=code)
    if code:
        assert ended.err.startswith("✗ ")
        assert "nothing" in ended.err
        assert not list(lake.glob("*/_delta_log/*1.json")), "nothing of a file that is refused is taken"
        return {}
    ledger: dict[str, Any] = ended.document
    assert ledger["lines"] == sum(ledger[part] for part in ("events", "quarantined", "duplicates", "ignored"))
    return ledger


@pytest.mark.parametrize("dialect", DIALECTS, ids=[dialect.name for dialect in DIALECTS])
def test_every_dirty_line_is_accounted_for_and_no_good_line_is_lost(dialect: Dialect, tmp_path: Path) -> None:
    lines, good, dirty = list(dialect.head), list[int](), dict[int, str]()
    dirt = list_dirt(dialect.write_good(99))
    for number, (name, (content, _)) in enumerate(dirt.items()):
        lines += [dialect.write_good(2 * number), content, dialect.write_good(2 * number + 1)]
        good += [len(lines) - 2, len(lines)]
        dirty[len(lines) - 1] = name
    log = tmp_path / "dirty.log"
    log.write_bytes(b"".join(line + b"\n" for line in lines))
    ledger = ingest(log, dialect)
    assert ledger["lines"] == len(lines)
    lake = Lake(tmp_path / "dirty.log lake")
    events, quarantine = (lake.scan(name).collect() for name in ("events", "quarantine"))
    assert set(good) <= set(events["line"]), "good lines beside dirty ones"
    reasons = dict(quarantine.select("line", "reason").iter_rows())
    for line, name in dirty.items():
        reason, met = dirt[name][1], (line in set(events["line"])) + (line in reasons)
        if reason == BLANK:
            assert met == 0, name
        else:
            assert met == 1, f"{name}: it is nowhere"
            assert reason is None or reasons[line] == reason, name
    assert ledger["ignored"] == len(dialect.head) + sum(reason == BLANK for _, reason in dirt.values())


@pytest.mark.parametrize(
    ("content", "lines"),
    [(b"", 0), (b"\n", 1), (b"\n" * 5000, 5000), (b"\r\n" * 50, 50), (b"\xef\xbb\xbf", 0), (b" ", 1)],
    ids=["empty", "a line break", "line breaks", "carriage returns", "a byte order mark", "a blank"],
)
def test_files_of_nothing_are_read_as_nothing(content: bytes, lines: int, tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_bytes(content)
    ledger = ingest(log, DIALECTS[0])
    assert (ledger["lines"], ledger["ignored"]) == (lines, lines)


@pytest.mark.parametrize("dialect", DIALECTS, ids=[dialect.name for dialect in DIALECTS])
def test_line_breaks_of_windows_are_line_breaks(dialect: Dialect, tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_bytes(b"".join(line + b"\r\n" for line in [*dialect.head, *map(dialect.write_good, range(5))]))
    assert ingest(log, dialect)["events"] == 5


@pytest.mark.parametrize(
    "content",
    [
        "\n".join(hit(f"/{number}") for number in range(50)).encode("utf-16"),
        "\r".join(hit(f"/{number}") for number in range(50)).encode(),
        random.Random(1).randbytes(50_000),
        b"PK\x03\x04" + random.Random(2).randbytes(9_000),
    ],
    ids=["UTF-16", "carriage returns alone", "noise", "a zip"],
)
def test_what_is_no_such_log_is_refused_whole(content: bytes, tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_bytes(content)
    ingest(log, DIALECTS[0], code=3)


def write_dirty(dialect: Dialect) -> bytes:
    dirt = [content for content, _ in list_dirt(dialect.write_good(99)).values()]
    return b"".join(line + b"\n" for line in [*dialect.head, *map(dialect.write_good, range(60)), *dirt])


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("dialect", [DIALECTS[0], DIALECTS[3]], ids=["combined", "csv"])
def test_a_packed_log_is_read_as_the_plain_one(dialect: Dialect, packing: str, tmp_path: Path) -> None:
    plain = write_dirty(dialect)
    told = []
    for folder, content in (("plain", plain), ("packed", PACKINGS[packing](plain))):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.log").write_bytes(content)
        told.append({**ingest(tmp_path / folder / "a.log", dialect), "seconds": 0})
    assert told[0] == told[1]


@pytest.mark.parametrize("packing", PACKINGS)
def test_a_packed_log_that_is_damaged_is_refused_or_was_not_hurt(packing: str, tmp_path: Path) -> None:
    plain, chance = write_dirty(DIALECTS[0]), random.Random(packing)
    packed = PACKINGS[packing](plain)
    (tmp_path / "whole").write_bytes(packed)
    whole = ingest(tmp_path / "whole", DIALECTS[0])
    refused = 0
    for number in range(8):
        damaged = bytearray(packed)
        place = chance.randrange(len(packed) - 4)
        if number % 2:
            del damaged[place:]
        else:
            damaged[place] ^= 1 << chance.randrange(8)
        file = tmp_path / f"{number}"
        file.write_bytes(damaged)
        lake = tmp_path / f"{number} lake"
        ended = run("ingest", file, "--lake", lake, "--json", *DIALECTS[0].list_options(tmp_path), code=None)
        refused += ended.code == 3
        if ended.code == 0:
            assert {**ended.document, "seconds": 0} == {**whole, "seconds": 0}, f"{packing}: {place} of {len(packed)}"
        else:
            assert ended.code == 3, ended.err
            assert not list(lake.glob("*/_delta_log/*1.json")), f"{packing}: {place} of {len(packed)}"
    assert refused > 3


MEMORY = {"POLARS_MAX_THREADS": "2"}
"""Memory grows with the processor's cores; two are what the numbers in docs/reliability.md were taken with."""


def weigh(*arguments: object, code: int = 0) -> tuple[float, str]:
    """Run a command in a fresh process; return the most memory that it had, in MiB, and its answer."""
    command = [sys.executable, "-m", "tests.faults.weigh", *map(str, arguments)]
    ended = subprocess.run(command, capture_output=True, cwd=ROOT, env=CLEAN | MEMORY, text=True, check=False)
    assert ended.returncode == code, ended.stderr
    return float(ended.stderr.splitlines()[-1]), ended.stdout


def weigh_log(log: Path, code: int = 0) -> tuple[float, dict[str, Any]]:
    options = DIALECTS[0].list_options(log.parent)
    lake = log.with_name(f"{log.name} lake")
    mebibytes, answer = weigh("ingest", log, "--finished", "--lake", lake, "--json", *options, code=code)
    return mebibytes, json.loads(answer) if answer else {}


def test_dirt_of_any_size_takes_no_more_memory_than_a_clean_log(tmp_path: Path) -> None:
    good = b"".join(DIALECTS[0].write_good(number) + b"\n" for number in range(500))
    logs = {name: tmp_path / name for name in ("clean", "long", "blank", "gzip bomb", "bomb of lines")}
    logs["clean"].write_bytes(good)
    with logs["long"].open("wb") as file:
        file.write(good + b"x" * (200 * MIB) + b"\n" + good)
    logs["blank"].write_bytes(good + b"\n" * 10_000_000)
    logs["gzip bomb"].write_bytes(gzip.compress(good) + gzip.compress(bytes(64 * MIB)) * 32)
    logs["bomb of lines"].write_bytes(gzip.compress(good) + gzip.compress(b"\n" * (64 * MIB)) * 32)
    imports, _ = weigh("imports")
    weights, ledgers = {}, {}
    for name, log in logs.items():
        weights[name], ledgers[name] = weigh_log(log, code=3 if "bomb" in name else 0)
    told = f"imports {imports:.0f} MiB, {weights}"
    assert (ledgers["long"]["lines"], ledgers["long"]["reasons"]) == (1001, {"line_too_long": 1})
    assert (ledgers["blank"]["lines"], ledgers["blank"]["ignored"]) == (10_000_500, 10_000_000)
    assert not list((tmp_path / "gzip bomb lake").glob("*/_delta_log/*1.json"))
    assert max(weights.values()) < weights["clean"] + 90, told
    assert max(weights["long"], weights["gzip bomb"]) < 340, told  # 301 measured; a clean log alone takes 299
