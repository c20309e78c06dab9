import doctest
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy.stats import false_discovery_control, poisson

import recommend.related.pairs
from benchmarks.shops import read_shop
from recommend import Basket, Pair, PairSettings, count_pairs
from tests.shop_baskets import pack


def test_examples() -> None:
    assert doctest.testmod(recommend.related.pairs).failed == 0


def test_p_values_are_the_upper_tail_of_a_poisson_count() -> None:
    contents = [
        [*(["plan", "pack"] if basket % 3 != 2 else []), *(["toy"] if basket < 5 else [])] for basket in range(20)
    ]
    pairs = count_pairs(pack(contents), PairSettings())
    assert pairs.height == 3
    np.testing.assert_allclose(pairs["p_value"], poisson.sf(pairs["baskets"].to_numpy() - 1, pairs["expected"]))


def test_the_tests_are_all_pairs_of_the_items_that_could_make_one() -> None:
    """Four items are in two baskets or more: six tests, though only two pairs are told; `once` can make none."""
    contents = ["a b", "a b", "c d", "c d", "a c", "a", "b", "d once"]
    pairs = count_pairs(pack(items.split() for items in contents), PairSettings())
    assert pairs.select("item_a", "item_b").rows() == [("a", "b"), ("c", "d")]
    whole = false_discovery_control(np.append(pairs["p_value"].to_numpy(), np.ones(4)))
    np.testing.assert_allclose(pairs["q_value"], whole[:2])
    assert pairs["q_value"].max() < 1


def test_no_baskets_give_no_pairs() -> None:
    pairs = count_pairs(Basket.create_empty(), PairSettings())
    assert Pair.validate(pairs).is_empty()


def test_a_least_count_of_0_is_refused() -> None:
    with pytest.raises(ValueError, match="`min_together` is 0: give 1 or more"):
        PairSettings(min_together=0)


def test_groceries_know_chance_from_a_tie(data_dir: Path) -> None:
    """Vegetables and milk have a lift of 1.5, and so have pastry and milk: the ratio tells the tie from large baskets."""
    pairs = Pair.validate(count_pairs(read_shop(data_dir, "groceries"), PairSettings()))
    assert pairs["baskets_all"][0] == 9835
    told = {
        (pair["item_a"], pair["item_b"]): pair
        for pair in pairs.with_columns(
            lift=pl.col("baskets") * pl.col("baskets_all") / (pl.col("baskets_a") * pl.col("baskets_b"))
        ).iter_rows(named=True)
    }
    tied, by_chance = told["other vegetables", "whole milk"], told["pastry", "whole milk"]
    assert (tied["baskets"], tied["baskets_a"], tied["baskets_b"]) == (736, 1903, 2513)
    assert tied["expected"] == pytest.approx(613, rel=0.01), "the mean of 40 shuffles is 613"
    assert tied["q_value"] < 0.001
    assert min(tied["lift"], by_chance["lift"]) > 1.45
    assert by_chance["ratio"] < 1.11
    assert by_chance["q_value"] > 0.5
    assert told["bottled beer", "liquor"]["q_value"] < 1e-6
