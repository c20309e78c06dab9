import numpy as np
import pytest
from scipy.sparse import issparse

from recommend.related import extended, itemsets
from recommend.related.itemsets import Level, fill_shelf, find_sets, grow_itemsets, spell_sets
from tests.shop_baskets import pack

CONTENTS = ("a b c d", "a b c", "a b c", "a b", "d e", "f")


def grow(*contents: str, least: int = 2, most: int = 9) -> list[Level]:
    return grow_itemsets(fill_shelf(pack(items.split() for items in contents), least), least, most)


def test_items_that_are_rare_lie_first_on_the_shelf_and_too_rare_ones_not_at_all() -> None:
    baskets = pack(["ba", "ba", "b"])
    shelf = fill_shelf(baskets, 2)
    assert shelf.names.to_list() == ["a", "b"]
    assert shelf.table.toarray().tolist() == [[1, 1], [1, 1], [0, 1]]
    assert fill_shelf(baskets, 3).names.to_list() == ["b"]
    assert fill_shelf(baskets, 3).sizes.tolist() == [2, 2, 1]


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


def test_sets_know_how_large_their_baskets_are(monkeypatch: pytest.MonkeyPatch) -> None:
    levels = grow(*CONTENTS)
    # a is in baskets of 4, 3, 3 and 2 items, and so is the pair a b.
    assert [0, 0, 1, 2, 1] in levels[0].sizes.toarray().tolist()
    assert [0, 0, 1, 2, 1] in levels[1].sizes.toarray().tolist()
    monkeypatch.setattr(itemsets, "MOST_PLACES", 2)
    assert [0, 0, 1, 3] in grow(*CONTENTS)[0].sizes.toarray().tolist()


def test_the_shelf_knows_in_how_many_baskets_that_are_not_too_large_each_item_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    baskets = pack(items.split() for items in CONTENTS)
    shelf = fill_shelf(baskets, 3)
    assert (shelf.names.to_list(), shelf.drawn.tolist()) == (["c", "a", "b"], [3, 4, 4, 1, 1, 2])
    monkeypatch.setattr(itemsets, "MOST_PLACES", 3)
    assert fill_shelf(baskets, 3).drawn.tolist() == [2, 3, 3, 1, 1, 1]


def test_cutting_the_work_into_blocks_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(1)
    contents = [" ".join(chance.choice(list("abcdefghij"), size=5, replace=False)) for _ in range(200)]
    whole = grow(*contents, least=5)
    monkeypatch.setattr(extended, "BLOCK_WORK", 97)
    cut = grow(*contents, least=5)
    assert len(whole) > 3
    for one, other in zip(whole, cut, strict=True):
        for mine, yours in zip(one, other, strict=True):
            np.testing.assert_array_equal(*(each.toarray() if issparse(each) else each for each in (mine, yours)))
