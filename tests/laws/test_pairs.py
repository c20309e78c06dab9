"""What is true of pairs and rules, whatever the baskets."""

from collections import Counter
from itertools import combinations
from random import Random

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommend import Basket, Pair, PairSettings, Rule, RuleSettings, count_pairs, mine_rules

Contents = list[set[str]]

ITEMS = st.sampled_from(["a", "b", "c", "d", "é", "三"])
CONTENTS = st.lists(st.sets(ITEMS, min_size=1, max_size=5), max_size=12)


# No deadline: the machine may be busy, and a law is not about time.
lawful = settings(deadline=None)


def pack(contents: Contents) -> pl.DataFrame:
    rows = [(f"{number:03}", item) for number, items in enumerate(contents) for item in sorted(items)]
    return Basket.validate(pl.DataFrame(rows, schema={"basket": pl.String, "item_id": pl.String}, orient="row"))


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
def test_expected_counts_of_all_pairs_add_up_to_the_meetings(contents: Contents) -> None:
    """With every pair counted, items with themselves included, chance deals out exactly the pairs that were seen."""
    sizes = np.array([len(items) for items in contents if items])
    pairs = count_pairs(pack(contents), PairSettings(min_together=1))
    of_item = Counter(item for items in contents for item in items)
    if pairs.is_empty():
        return
    factor = pairs["expected"][0] / (pairs["baskets_a"][0] * pairs["baskets_b"][0])
    all_expected = factor * sum(of_item.values()) ** 2
    assert all_expected == pytest.approx((sizes * (sizes - 1)).sum())


def shuffle_baskets(contents: Contents, chance: np.random.Generator) -> Contents:
    """Swap items between baskets, so that only chance ties them; item counts and basket sizes stay."""
    baskets = [sorted(items) for items in contents]
    places = [(basket, place) for basket, items in enumerate(baskets) for place in range(len(items))]
    for first, second in chance.integers(len(places), size=(len(places) * 8, 2)):
        (one, here), (other, there) = places[first], places[second]
        mine, yours = baskets[one][here], baskets[other][there]
        if yours not in baskets[one] and mine not in baskets[other]:
            baskets[one][here], baskets[other][there] = yours, mine
    return [set(items) for items in baskets]


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
    mixed = shuffle_baskets(shop, chance)
    assert sorted(map(len, mixed)) == sorted(map(len, shop))
    assert Counter(item for items in mixed for item in items) == Counter(item for items in shop for item in items)
    assert count_pairs(pack(mixed), PairSettings()).filter(pl.col("q_value") < 0.05).is_empty()


@pytest.mark.parametrize("seed", range(3))
def test_on_shuffled_baskets_no_rule_is_significant(seed: int) -> None:
    chance = np.random.default_rng(seed)
    shop = [*make_shop(chance), *[{"i35", "i40", "i50", "i55"}] * 25]
    found = mine_rules(pack(shop), RuleSettings()).filter(pl.col("q_value") < 0.05)
    assert 4 in (found["antecedent"].list.len() + found["consequent"].list.len())
    mixed = mine_rules(pack(shuffle_baskets(shop, chance)), RuleSettings(min_confidence=0))
    assert mixed.height > 100
    assert mixed.filter(pl.col("q_value") < 0.05).is_empty()
