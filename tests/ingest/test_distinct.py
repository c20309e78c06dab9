import polars as pl
import pytest

from ingest import distinct
from ingest.distinct import Remembered, judge_distinct


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


def test_what_is_remembered_does_not_hold_on_to_its_batch():
    batch = pl.Series(["x" * 1000 + str(number) for number in range(1000)])
    remembered = Remembered(lambda texts: texts.to_frame("text"))
    judge_distinct(batch[:1], remembered)
    texts, verdicts = remembered._told
    assert texts.estimated_size() + verdicts.estimated_size() < 10_000
