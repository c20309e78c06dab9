"""What is true of pairs and rules, whatever the baskets."""

from collections import Counter
from itertools import combinations
from pathlib import Path
from random import Random

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.shops import read_shop
from evaluation import shuffle_baskets
from recommend import Basket, Pair, PairSettings, Rule, RuleSettings, count_pairs, mine_rules
from recommend.related.configuration import deal_items
from tests.laws.odd_shops import SHAPES, shuffle_shop
from tests.shop_baskets import pack

Contents = list[set[str]]

ITEMS = st.sampled_from(["a", "b", "c", "d", "é", "三"])
CONTENTS = st.lists(st.sets(ITEMS, min_size=1, max_size=5), max_size=12)


# No deadline: the machine may be busy, and a law is not about time.
lawful = settings(deadline=None)


@lawful
@given(CONTENTS, st.integers(1, 3))
def test_pairs_are_what_counting_one_by_one_gives(contents: Contents, least: int) -> None:
    together = Counter(pair for items in contents for pair in combinations(sorted(items), 2))
    pairs = count_pairs(pack(contents), PairSettings(min_together=least))
    assert pairs.select("item_a", "item_b", "baskets").rows() == [
        (*pair, count) for pair, count in sorted(together.items()) if count >= least
    ]


@lawful
@given(CONTENTS)
def test_pairs_keep_their_schema(contents: Contents) -> None:
    Pair.validate(count_pairs(pack(contents), PairSettings(min_together=1)))


@settings(max_examples=25, deadline=None)
@given(CONTENTS)
def test_rules_keep_their_schema(contents: Contents) -> None:
    Rule.validate(mine_rules(pack(contents), RuleSettings(min_baskets=1, min_support=0)))


@lawful
@given(CONTENTS, st.randoms(use_true_random=False))
def test_the_order_of_rows_and_the_names_of_baskets_do_not_matter(contents: Contents, chance: Random) -> None:
    counting = PairSettings(min_together=1)
    shuffled = contents.copy()
    chance.shuffle(shuffled)
    rows = pack(shuffled)
    mixed = rows.sample(fraction=1, shuffle=True, seed=chance.randrange(100)) if len(rows) else rows
    assert count_pairs(mixed, counting).equals(count_pairs(pack(contents), counting))


@lawful
@given(CONTENTS)
def test_q_values_are_no_smaller_than_p_values_and_keep_their_order(contents: Contents) -> None:
    pairs = count_pairs(pack(contents), PairSettings(min_together=1)).sort("p_value")
    assert (pairs["q_value"] >= pairs["p_value"]).all()
    assert pairs["q_value"].is_sorted()


@lawful
@given(CONTENTS)
def test_chance_puts_two_items_together_no_oftener_than_either_comes(contents: Contents) -> None:
    sizes = np.array([len(items) for items in contents], dtype=np.int64)
    of_item = np.array(list(Counter(item for items in contents for item in items).values()), dtype=np.int64)
    first, second = np.triu_indices(len(of_item), 1)
    expected = deal_items(of_item, sizes).expect(of_item[first], of_item[second])
    assert (expected > 0).all()
    assert (expected <= np.minimum(of_item[first], of_item[second])).all()


def make_shop(chance: np.random.Generator) -> Contents:
    """Baskets of very different sizes from items of very different fame, with one true pair."""
    fame = 1 / np.arange(1, 61)
    sizes = np.minimum(chance.geometric(0.3, size=1200), 15)
    drawn = [chance.choice(60, size=size, replace=False, p=fame / fame.sum()) for size in sizes]
    contents = [{f"i{item:02}" for item in items} for items in drawn]
    return contents + [{"i40", "i50"}] * 25


@pytest.mark.parametrize("seed", range(5))
def test_on_shuffled_baskets_no_pair_is_significant(seed: int) -> None:
    chance = np.random.default_rng(seed)
    shop = make_shop(chance)
    found = count_pairs(pack(shop), PairSettings()).filter(pl.col("q_value") < 0.05)
    assert ("i40", "i50") in found.select("item_a", "item_b").rows()
    mixed = Basket.validate(shuffle_baskets(pack(shop), seed))
    assert count_pairs(mixed, PairSettings()).filter(pl.col("q_value") < 0.05).is_empty()


@pytest.mark.parametrize("seed", range(3))
def test_on_shuffled_baskets_no_rule_is_significant(seed: int) -> None:
    chance = np.random.default_rng(seed)
    shop = [*make_shop(chance), *[{"i35", "i40", "i50", "i55"}] * 25]
    found = mine_rules(pack(shop), RuleSettings()).filter(pl.col("q_value") < 0.05)
    assert 4 in (found["antecedent"].list.len() + found["consequent"].list.len())
    mixed = mine_rules(Basket.validate(shuffle_baskets(pack(shop), seed)), RuleSettings(min_confidence=0))
    assert mixed.height > 100
    assert mixed.filter(pl.col("q_value") < 0.05).is_empty()


@pytest.mark.parametrize("shape", SHAPES)
def test_on_shuffled_baskets_of_odd_shops_no_rule_is_significant(shape: str) -> None:
    """What is in most of the baskets is together with everything by chance."""
    for seed in range(2):
        rules = mine_rules(shuffle_shop(shape, seed), RuleSettings(min_confidence=0))
        assert rules.height > 100
        assert rules.filter(pl.col("q_value") < 0.05).is_empty()


@pytest.mark.parametrize(
    ("shop", "baskets"), [("groceries", 9_835), pytest.param("belgian_retail", 20_000, marks=pytest.mark.slow)]
)
def test_on_shuffled_baskets_of_real_shops_no_rule_is_significant(shop: str, baskets: int, data_dir: Path) -> None:
    first = read_shop(data_dir, shop).filter(pl.col("basket").rank("dense") <= baskets)
    rules = mine_rules(Basket.cast(shuffle_baskets(first, 1)), RuleSettings(min_confidence=0))
    assert rules.height > 1000
    assert rules.filter(pl.col("q_value") < 0.05).is_empty()
