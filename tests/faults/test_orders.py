"""The same lines in any order, any pieces, twice, and in any time zone of the machine: the same tables, byte for byte."""

import gzip
import json
import random
import tempfile
from pathlib import Path

import pytest
import zstandard
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.faults.company import SOURCES, Company, differ, read_all
from tests.faults.jobs import Jobs
from tests.faults.works import Tables, Work
from tests.shell import run

ZONES = ["UTC", "Asia/Shanghai", "America/St_Johns", "Asia/Kathmandu"]
REPORTS = [["funnel", "order"], ["abandonment"], ["paths"]]
few = settings(
    max_examples=6, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)
"""Each example reads logs several times: a smaller one is not worth the minutes that finding it takes."""


def report(company: Company) -> list[list[object]]:
    """Return the commands that tell of the sessions."""
    return [["report", *name, "--format", "json", *company.settings] for name in REPORTS]


def test_the_time_zone_of_the_machine_changes_nothing(works: dict[str, Work], jobs: Jobs) -> None:
    work, told = works["ingest"], dict[str, str]()
    for zone in ZONES:
        work.begin()
        ended = jobs.run([*work.commands, *report(work.company)], TZ=zone)
        assert ended.code == 0, ended.said
        assert set(differ(work.after, read_all(work.company.lake))) <= {"identity"}, zone  # reports look for links
        told[zone] = ended.answered[ended.answered.index("\n{") :]
    assert len(told["UTC"]) > 1000
    assert set(told.values()) == {told["UTC"]}


class Growing:
    """An operator's logs that come to a folder of their own, piece by piece."""

    def __init__(self, company: Company, folder: Path) -> None:
        self.company, self.mapping = company._replace(logs=folder / "logs", lake=folder / "lake"), company.logs / "maps"
        (folder / "logs").mkdir()
        for name in ("sitemap.toml", "maps/app.toml", "maps/orders.toml", "maps/catalogue.toml"):
            (folder / "logs" / name).parent.mkdir(exist_ok=True)
            (folder / "logs" / name).write_bytes((company.logs / name).read_bytes())
        (folder / "logs" / "echannel.toml").write_text('[ingest]\nsite_map = "sitemap.toml"\n' + SOURCES)
        self.company.begin()

    def grow(self, name: str, content: bytes) -> None:
        file = self.company.logs / name
        file.parent.mkdir(exist_ok=True)
        with file.open("ab") as log:
            log.write(content)

    def ingest(self, *more: object) -> Tables:
        """Read what is there of the three channels."""
        for source, kind in (("web", "combined"), ("wap", "gateway"), ("app", "ndjson")):
            folder = self.company.logs / source
            if folder.exists():
                mapping = ["--map", self.mapping / "app.toml"] if source == "app" else ["--channel", source]
                run("ingest", folder, "--format", kind, *mapping, *more, *self.company.settings)
        return read_all(self.company.lake)

    def report(self) -> list[str]:
        return [run(*command).out for command in report(self.company)]


class Whole:
    """The logs of three channels, and what is there when they are read at once."""

    def __init__(self, company: Company) -> None:
        packed = (company.logs / "app" / "events.ndjson.zst").read_bytes()
        self.logs = {
            "web/access.log": gzip.decompress((company.logs / "web" / "access.log.gz").read_bytes()),
            "wap/gateway.dat": (company.logs / "wap" / "gateway.dat").read_bytes(),
            "app/events.ndjson": zstandard.ZstdDecompressor().decompressobj().decompress(packed),
        }
        with tempfile.TemporaryDirectory() as folder:
            growing = Growing(company, Path(folder))
            for name, content in self.logs.items():
                growing.grow(name, content)
            self.tables, self.reports = growing.ingest("--finished"), growing.report()


@pytest.fixture(scope="module")
def whole(company: Company) -> Whole:
    return Whole(company)


@few
@given(seed=st.integers(0, 2**32), cuts=st.integers(1, 3), again=st.booleans())
def test_logs_that_come_in_any_pieces_and_any_order_and_twice_make_the_same_tables(
    company: Company, whole: Whole, seed: int, cuts: int, again: bool
) -> None:
    chance = random.Random(seed)
    pieces = [(name, piece) for name, content in whole.logs.items() for piece in cut(content, cuts, chance)]
    order = sorted(pieces, key=lambda piece: (chance.random(), piece[0]))
    with tempfile.TemporaryDirectory() as folder:
        growing, left = Growing(company, Path(folder)), {name: iter(cut_list(pieces, name)) for name in whole.logs}
        for name, _ in order:  # which log grows next is chance; its pieces come in their order
            growing.grow(name, next(left[name]))
            if chance.random() < 0.4:
                growing.ingest()
        found = growing.ingest("--finished")
        found = growing.ingest("--finished") if again else found
        assert differ(whole.tables, found) == []
        assert growing.report() == whole.reports


def cut(content: bytes, cuts: int, chance: random.Random) -> list[bytes]:
    """Cut bytes anywhere, in the middle of lines and of signs too."""
    places = sorted(chance.randrange(len(content)) for _ in range(cuts))
    return [content[begin:end] for begin, end in zip([0, *places], [*places, len(content)], strict=True)]


def cut_list(pieces: list[tuple[str, bytes]], wanted: str) -> list[bytes]:
    return [piece for name, piece in pieces if name == wanted]


@few
@given(seed=st.integers(0, 2**32), files=st.integers(1, 4), copies=st.integers(0, 40))
def test_what_trackers_sent_may_lie_in_the_spool_in_any_order_and_twice(
    works: dict[str, Work], company: Company, seed: int, files: int, copies: int
) -> None:
    work, chance = works["drain"], random.Random(seed)
    lines = [line for file in sorted(company.sent.iterdir()) for line in file.read_bytes().splitlines(keepends=True)]
    events = [line for line in lines if b'"unknown"' not in line]
    events += chance.choices(events, k=copies)
    chance.shuffle(events)
    with tempfile.TemporaryDirectory() as folder:
        there = company._replace(lake=Path(folder) / "lake").begin()
        (there.lake / "spool").mkdir(parents=True)
        drained = 0
        for number in range(files):
            (there.lake / "spool" / f"{number}.ndjson").write_bytes(b"".join(events[number::files]))
            if number == files - 1 or chance.random() < 0.5:
                ledger = json.loads(run("ingest", "--lake", there.lake, "--json").out)
                drained += ledger["events"]
        found = read_all(there.lake)
        assert differ({name: work.after[name] for name in ("events", "sessioned", "sessions")}, found) == []
        assert drained == len(set(found["events"].select("source", "line").iter_rows()))
