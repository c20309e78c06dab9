import numpy as np
import polars as pl
import pytest

from recommend import Basket
from recommend.related import extended
from recommend.related.itemsets import Level, count_ways, fill_shelf, find_sets, grow_itemsets, spell_sets

CONTENTS = ("a b c d", "a b c", "a b c", "a b", "d e", "f")


def grow(*contents: str, least: int = 2, most: int = 9) -> list[Level]:
    rows = [(f"{number:03}", item) for number, items in enumerate(contents) for item in items.split()]
    baskets = Basket.validate(pl.DataFrame(rows, schema={"basket": pl.String, "item_id": pl.String}, orient="row"))
    return grow_itemsets(fill_shelf(baskets, least), least, most)


def test_items_that_are_rare_lie_first_on_the_shelf_and_too_rare_ones_not_at_all() -> None:
    rows = {"basket": ["1", "1", "2", "2", "3"], "item_id": ["b", "a", "b", "a", "b"]}
    shelf = fill_shelf(Basket.validate(pl.DataFrame(rows)), 2)
    assert shelf.names.to_list() == ["a", "b"]
    assert shelf.table.toarray().tolist() == [[1, 1], [1, 1], [0, 1]]
    assert fill_shelf(Basket.validate(pl.DataFrame(rows)), 3).names.to_list() == ["b"]
    assert fill_shelf(Basket.validate(pl.DataFrame(rows)), 3).sizes.tolist() == [2, 2, 1]


def test_each_size_grows_from_the_one_below() -> None:
    levels = grow(*CONTENTS)
    assert [len(level.item) for level in levels] == [4, 3, 1]
    assert levels[2].baskets.tolist() == [3]
    assert [len(level.item) for level in grow(*CONTENTS, most=2)] == [4, 3]
    assert [len(level.item) for level in grow(*CONTENTS, least=1)] == [6, 7, 4, 1]


def test_sets_are_found_where_they_are_spelled() -> None:
    levels = grow(*CONTENTS, least=1)
    for size in range(1, 5):
        np.testing.assert_array_equal(
            find_sets(levels, spell_sets(levels[:size])), np.arange(len(levels[size - 1].item))
        )


def test_ways_are_counted_in_the_places_that_a_set_leaves() -> None:
    assert count_ways(np.array([3, 1, 0]), 2).tolist() == [[3, 6], [1, 0], [0, 0]]
    levels = grow(*CONTENTS)
    # a is in baskets of 4, 3, 3 and 2 items: 3 + 2 + 2 + 1 places beside it.
    assert levels[0].ways.ravel().tolist() == [4, 7, 8, 8]
    # The pair a b leaves 2 + 1 + 1 + 0 places, and 2 · 1 ways to put two items there.
    assert [4, 2] in levels[1].ways.tolist()


def test_cutting_the_work_into_blocks_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(1)
    contents = [" ".join(chance.choice(list("abcdefghij"), size=5, replace=False)) for _ in range(200)]
    whole = grow(*contents, least=5)
    monkeypatch.setattr(extended, "BLOCK_WORK", 97)
    cut = grow(*contents, least=5)
    assert len(whole) > 3
    for one, other in zip(whole, cut, strict=True):
        for mine, yours in zip(one, other, strict=True):
            np.testing.assert_array_equal(mine, yours)
