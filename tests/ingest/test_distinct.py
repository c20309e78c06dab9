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

    remembered = Remembered(judge, {"length": pl.UInt32})
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
    assert sorted(asked) == ["a", "bb", "bb", "ccc"]
