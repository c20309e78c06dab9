"""A drain is killed: nothing that trackers sent is lost or doubled, and no file of the spool goes too early."""

import random
import shutil
from pathlib import Path
from typing import NamedTuple

import polars as pl
import pytest

from tests.faults.company import differ, read_all
from tests.faults.conftest import KILLS
from tests.faults.jobs import Jobs
from tests.trackers import segment, sensors, snowplow, spool, spool_batch

SEGMENTS, BATCHES = 5, 60


class Operator(NamedTuple):
    """A lake, and what its spool holds at the beginning."""

    sent: Path
    lake: Path

    @property
    def drain(self) -> list[list[object]]:
        """Return the commands that drain the spool."""
        return [["ingest", "--lake", self.lake]]

    def renew(self) -> "Operator":
        """Begin again with an empty lake and a full spool; the key, made by the first run, stays."""
        shutil.rmtree(self.lake, ignore_errors=True)
        shutil.copytree(self.sent, self.lake / "spool")
        return self

    def count_waiting(self) -> int:
        """Count the files that are still in the spool."""
        return len(list((self.lake / "spool").glob("*.ndjson")))


def write_batch(number: int) -> list[str]:
    """Write a batch with an order of two products, an event without an id, one unknown, and one sent before."""
    order = segment(
        event="Order Completed", messageId=f"o{number}", properties={"products": [{"sku": "A"}, {"sku": "B"}]}
    )
    nameless = {key: value for key, value in sensors("AddToCart").items() if key != "_track_id"}
    return [
        *spool_batch("sensors", nameless, nameless, batch=f"{number:032x}"),
        spool("segment", order, batch=f"{number + 10**6:032x}"),
        spool("sensors", sensors("unknown"), batch=f"{number + 2 * 10**6:032x}"),
        spool("snowplow", snowplow(eid=f"e{number // 2}"), batch=f"{number + 3 * 10**6:032x}"),
    ]


@pytest.fixture(scope="module")
def operator(tmp_path_factory: pytest.TempPathFactory) -> Operator:
    folder = tmp_path_factory.mktemp("operator")
    (folder / "sent").mkdir()
    for place in range(SEGMENTS):
        lines = [line for number in range(BATCHES) for line in write_batch(place * BATCHES + number)]
        (folder / "sent" / f"{place}.ndjson").write_text("".join(f"{line}\n" for line in lines))
    return Operator(folder / "sent", folder / "lake")


def test_a_killed_drain_loses_nothing_and_doubles_nothing(operator: Operator, jobs: Jobs) -> None:
    jobs.time(operator.renew().drain)
    seconds = jobs.time(operator.renew().drain)
    expected = read_all(operator.lake)
    assert (len(expected["events"]), len(expected["quarantine"])) == (300 * 2 + 300 * 2 + 150, 300)
    chance, interrupted = random.Random(3), 0
    for _ in range(KILLS):
        interrupted += jobs.kill(operator.renew().drain, seconds, chance)
        assert_nothing_is_gone(operator, expected["events"])
        jobs.time(operator.drain)
        assert differ(expected, read_all(operator.lake)) == []
        assert operator.count_waiting() == 0
    assert interrupted > KILLS / 2, "too few kills met the work; this test says little"


def assert_nothing_is_gone(operator: Operator, wanted: pl.DataFrame) -> None:
    """Every event is in the lake or still waits in the spool."""
    if operator.count_waiting() < SEGMENTS:
        assert read_all(operator.lake)["events"].height == wanted.height
