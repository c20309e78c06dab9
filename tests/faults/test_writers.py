"""Several processes write to one lake at the same time: what is there in the end is what one alone would have left."""

import json
import random
import time
from pathlib import Path
from typing import Any

import zstandard

from echannel.exits import Exit
from tests.faults.company import Company, differ, read_all
from tests.faults.jobs import Commands, Ended, Jobs
from tests.faults.works import Tables, Work

ROUNDS = 3


def run_together(crew: list[Jobs], works: list[Commands], chance: random.Random, apart: float = 0.2) -> list[Ended]:
    """Start commands in processes of their own, one shortly after the other, and wait for all."""
    for jobs, commands in zip(crew, works, strict=False):
        jobs.begin(commands)
        time.sleep(apart * chance.choice([0, 0, 0.1, 1]))
    return [jobs.end() for jobs, _ in zip(crew, works, strict=False)]


def read_ledgers(ended: list[Ended]) -> list[dict[str, Any]]:
    assert [end.code for end in ended] == [0] * len(ended), "\n".join(end.said for end in ended)
    ledgers = [json.loads(end.answered) for end in ended]
    for ledger in ledgers:
        parts = ("events", "quarantined", "duplicates", "ignored")
        assert ledger["lines"] == sum(ledger[part] for part in parts)
    return ledgers


def test_three_ingest_the_same_files_at_once(works: dict[str, Work], crew: list[Jobs]) -> None:
    work, chance = works["ingest"], random.Random(4)
    for _ in range(ROUNDS):
        work.begin()
        commands = [[*work.commands[0], "--json"]]
        ledgers = read_ledgers(run_together(crew, [commands] * 3, chance))
        found = work.look()
        assert differ(work.after, found) == []
        assert sum(ledger["events"] for ledger in ledgers) >= len(found["events"]) + len(found["orders"])


def test_three_ingest_different_files_at_once(company: Company, works: dict[str, Work], crew: list[Jobs]) -> None:
    work, chance, maps = works["ingest"], random.Random(5), company.logs / "maps"
    paths: list[list[object]] = [
        [company.logs / "web", company.logs / "shop.log", "--format", "combined", "--channel", "web"],
        [company.logs / "wap", "--format", "gateway", "--channel", "wap"],
        [company.logs / "app" / "events.ndjson.zst", "--format", "ndjson", "--map", maps / "app.toml"],
    ]
    for _ in range(ROUNDS):
        work.begin()
        commands: list[Commands] = [[["ingest", *path, *company.settings, "--json"]] for path in paths]
        ledgers = read_ledgers(run_together(crew, commands, chance))
        found = work.look()
        assert (
            differ({name: work.after[name] for name in ("events", "quarantine", "sessioned", "sessions")}, found) == []
        )
        assert sum(ledger["events"] for ledger in ledgers) == len(found["events"])
        assert sum(ledger["quarantined"] for ledger in ledgers) == len(found["quarantine"])


def test_three_ingest_copies_of_one_log_at_once(
    company: Company, works: dict[str, Work], crew: list[Jobs], tmp_path: Path
) -> None:
    """Events that bear ids of their own are known by these alone: the copies are marked as different files."""
    packed = (company.logs / "app" / "events.ndjson.zst").read_bytes()
    lines = zstandard.ZstdDecompressor().decompressobj().decompress(packed).splitlines(keepends=True)
    commands: list[Commands] = []
    for number in range(3):
        (tmp_path / f"{number}").mkdir()
        (tmp_path / f"{number}" / "app.ndjson").write_bytes(b"".join(lines[number:] + lines[:number]))
        given = [tmp_path / f"{number}", "--format", "ndjson", "--map", company.logs / "maps" / "app.toml"]
        commands.append([["ingest", *given, *company.settings, "--json"]])
    for _ in range(ROUNDS):
        works["ingest"].begin()
        ledgers = read_ledgers(run_together(crew, commands, random.Random(0), apart=0))
        events = read_all(company.lake)["events"]
        assert events["event_id"].is_unique().all()
        assert sum(ledger["events"] for ledger in ledgers) == len(events)


def test_of_two_drains_at_once_one_does_the_work(works: dict[str, Work], crew: list[Jobs]) -> None:
    work, chance = works["drain"], random.Random(6)
    for _ in range(ROUNDS):
        work.begin()
        ledgers = read_ledgers(run_together(crew, [[[*work.commands[0], "--json"]]] * 2, chance))
        assert differ(work.after, work.look()) == []
        assert sum(ledger["events"] + ledger["further"] for ledger in ledgers) == len(work.after["events"])


def test_logs_are_read_while_files_are_put_together(works: dict[str, Work], crew: list[Jobs]) -> None:
    work, chance = works["tidy"], random.Random(7)
    wanted = run_one_after_the_other(work, crew[0], work.company.ingest)
    for _ in range(ROUNDS):
        work.begin()
        ended = run_together(crew, [work.company.ingest, work.commands], chance)
        assert [end.code for end in ended] == [0, 0], "\n".join(end.said for end in ended)
        assert differ(wanted, read_all(work.company.lake)) == []


def test_nobody_comes_back_whose_logs_are_read_while_they_are_erased(works: dict[str, Work], crew: list[Jobs]) -> None:
    work, chance = works["erase"], random.Random(8)
    wanted = run_one_after_the_other(work, crew[0], work.company.ingest)
    for _ in range(ROUNDS):
        work.begin()
        reading, erasing = run_together(crew, [work.company.ingest, work.commands], chance)
        assert erasing.code == 0, erasing.said
        assert reading.code in (Exit.DONE, Exit.REFUSED), reading.said
        crew[0].time(work.company.ingest)
        assert differ(wanted, read_all(work.company.lake)) == []


def run_one_after_the_other(work: Work, jobs: Jobs, later: Commands) -> Tables:
    """Do a work, then commands, and return what is there then."""
    work.begin()
    jobs.time([*work.commands, *later])
    return read_all(work.company.lake)
