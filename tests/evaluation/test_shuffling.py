from collections import Counter
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.shops import SHOPS, read_shop
from evaluation import shuffle_baskets
from recommend import Basket, PairSettings, count_pairs
from tests.shop_baskets import pack

CONTENTS = st.lists(st.sets(st.sampled_from("abcdef"), min_size=1), max_size=9)


def assert_margins_stay(baskets: pl.DataFrame, shuffled: pl.DataFrame) -> None:
    Basket.validate(shuffled)
    for side in ("basket", "item_id"):
        assert Counter(shuffled[side]) == Counter(baskets[side])


@settings(deadline=None, max_examples=60)
@given(CONTENTS, st.integers(0, 9))
def test_each_basket_keeps_its_size_and_each_item_its_baskets(contents: list[set[str]], seed: int) -> None:
    assert_margins_stay(pack(contents), shuffle_baskets(pack(contents), seed))


def test_the_seed_alone_decides() -> None:
    baskets = pack([set("abcd"), set("cdef"), set("abf"), set("e")] * 5)
    assert shuffle_baskets(baskets, 1).equals(shuffle_baskets(baskets, 1))
    assert not shuffle_baskets(baskets, 1).equals(shuffle_baskets(baskets, 2))


def test_all_ways_to_deal_the_items_come_equally_often() -> None:
    """Baskets of two, one and one; a twice, b and c once: a stands in the first one in four ways of five."""
    baskets = pack([set("ab"), set("a"), set("c")])
    seen = Counter(tuple(shuffle_baskets(baskets, seed)["item_id"].to_list()) for seed in range(500))
    ways = {tuple("abac"), tuple("abca"), tuple("acab"), tuple("acba"), tuple("bcaa")}
    assert seen.keys() == ways
    assert all(60 < count < 140 for count in seen.values())


def test_nothing_is_significant_in_shuffled_groceries(data_dir: Path) -> None:
    groceries = read_shop(data_dir, "groceries")
    for seed in range(3):
        shuffled = shuffle_baskets(groceries, seed)
        assert_margins_stay(groceries, shuffled)
        assert count_pairs(Basket.cast(shuffled), PairSettings())["q_value"].min() > 0.05
    assert (count_pairs(groceries, PairSettings())["q_value"] <= 0.05).sum() > 100


@pytest.mark.slow
@pytest.mark.parametrize("shop", SHOPS)
def test_at_most_one_shuffle_in_twenty_has_a_significant_pair(data_dir: Path, shop: str) -> None:
    baskets = read_shop(data_dir, shop)
    shuffles = (Basket.cast(shuffle_baskets(baskets, seed, rounds=40)) for seed in range(20))
    assert sum(count_pairs(shuffled, PairSettings())["q_value"].min() <= 0.05 for shuffled in shuffles) <= 1
