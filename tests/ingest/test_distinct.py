from pathlib import Path

import polars as pl
import pytest

from ingest import distinct
from ingest.distinct import Remembered, judge_distinct

STATUS = Path("/proc/self/status")


@pytest.fixture
def asked():
    return []


@pytest.fixture
def measure(asked):
    def judge(texts):
        asked.extend(map(str, texts))
        return texts.to_frame("text").select(length=pl.col("text").str.len_chars())

    remembered = Remembered(judge)
    return lambda *texts: judge_distinct(pl.Series(texts, dtype=pl.String), remembered)["length"].to_list()


def test_each_row_has_its_verdict_and_each_text_is_judged_once(measure, asked):
    assert measure("a", "bb", "a", None) == [1, 2, 1, None]
    assert measure("bb", "ccc", None) == [2, 3, None]
    assert measure() == []
    assert sorted(asked) == ["None", "a", "bb", "ccc"]


def test_all_is_forgotten_when_it_would_be_too_much(measure, asked, monkeypatch):
    monkeypatch.setattr(distinct, "REMEMBERED", 2)
    assert measure("a", "bb") == [1, 2]
    assert measure("ccc", "bb") == [3, 2]
    assert measure("ccc") == [3]
    assert sorted(asked) == ["a", "bb", "ccc", "ccc"]


def test_long_texts_are_forgotten_sooner(measure, asked, monkeypatch):
    monkeypatch.setattr(distinct, "REMEMBERED_BYTES", 50)
    assert measure("a" * 60) == [60]
    assert measure("a" * 60) == [60]
    assert len(asked) == 2


@pytest.mark.skipif(not STATUS.exists(), reason="the memory of a process is read from /proc")
def test_what_is_remembered_does_not_hold_on_to_the_batch_it_came_with():
    remembered = Remembered(lambda texts: texts.to_frame("text"))
    before = read_memory()
    for number in range(20):
        batch = pl.Series([f"{number}-{place}-{'x' * 1000}" for place in range(10_000)])
        remembered(batch.filter(pl.Series(range(10_000)) < 5))
    assert read_memory() - before < 100


def read_memory() -> int:
    """Return the resident memory of this process, in MB; the batches above are 200."""
    return next(int(line.split()[1]) for line in STATUS.read_text().splitlines() if line.startswith("VmRSS")) // 1024
