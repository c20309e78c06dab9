import numpy as np
import polars as pl
import pytest

from recommend.related import together
from recommend.related.together import count_together

ITEMS = np.array([0, 1, 2, 0, 1, 0, 2, 3])
BASKETS = pl.Series(["a", "a", "a", "b", "b", "c", "c", "d"])


def test_pairs_come_in_the_order_of_their_codes() -> None:
    counted = count_together(ITEMS, BASKETS, least=1)
    found = zip(counted.first.tolist(), counted.second.tolist(), counted.both.tolist(), strict=True)
    assert list(found) == [(0, 1, 2), (0, 2, 2), (1, 2, 1)]
    assert counted.of_item.tolist() == [3, 2, 2, 1]
    assert counted.sizes.tolist() == [3, 2, 2, 1]


def test_pairs_below_the_least_count_are_left_out() -> None:
    assert count_together(ITEMS, BASKETS, least=2).both.tolist() == [2, 2]
    assert count_together(ITEMS, BASKETS, least=3).both.tolist() == []


def test_cutting_the_work_into_blocks_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(1)
    rows = np.unique(chance.integers(60, size=(3000, 2)) * [1, 1], axis=0)
    items, baskets = rows[:, 1], pl.Series(rows[:, 0].astype(str)).str.pad_start(2, "0")
    whole = count_together(items, baskets, least=2)
    monkeypatch.setattr(together, "BLOCK_WORK", 997)
    cut = count_together(items, baskets, least=2)
    assert len(whole.both) > 1000
    for one, other in zip(whole, cut, strict=True):
        np.testing.assert_array_equal(one, other)
