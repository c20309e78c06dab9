"""Odd baskets: what merchandisers are told where the orders are few, huge, all alike or one customer's."""

import resource

import polars as pl
import pytest

from recommend import Pair, PairSettings, Rule, RuleSettings, count_pairs, mine_rules, tell_pairs
from tests.shop_baskets import pack

SHELF = [f"i{number:05}" for number in range(10_000)]
NORMAL = [["plan", "pack"]] * 20 + [["plan"], ["pack"], ["phone", "case", "plan"]] * 10


def test_a_basket_of_the_whole_shelf_ties_nothing_that_others_do_not() -> None:
    """10,000 items make 50 million pairs that came once, of which none is told, nor held in memory."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    pairs = Pair.validate(count_pairs(pack([*NORMAL, SHELF]), PairSettings()))
    rules = Rule.validate(mine_rules(pack([*NORMAL, SHELF]), RuleSettings()))
    assert set(pairs["item_a"]) | set(pairs["item_b"]) == {"plan", "pack", "phone", "case"}
    assert not set(rules["antecedent"].explode()) & set(SHELF)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400_000, "kilobytes"


def test_a_basket_of_the_whole_shelf_takes_the_surprise_from_what_it_holds() -> None:
    alone = count_pairs(pack(NORMAL), PairSettings())
    beside = count_pairs(pack([*NORMAL, [*SHELF, "plan", "pack"]]), PairSettings())
    tie = (pl.col("item_a") == "case") & (pl.col("item_b") == "phone")
    assert (
        beside.row(by_predicate=tie, named=True)["baskets"] == alone.row(by_predicate=tie, named=True)["baskets"] == 10
    )


def test_of_two_baskets_of_a_thousand_items_each_pair_is_told_and_none_is_significant() -> None:
    pairs = count_pairs(pack([SHELF[:1000]] * 2), PairSettings())
    assert pairs.height == 499_500
    assert pairs["q_value"].min() > 0.05


@pytest.mark.parametrize(
    "contents", [[], [["plan"]], [["plan", "pack", "phone"]]], ids=["none", "one item", "one basket"]
)
def test_too_few_baskets_tell_nothing(contents: list[list[str]]) -> None:
    pairs = count_pairs(pack(contents), PairSettings())
    assert Pair.validate(pairs).is_empty()
    assert Rule.validate(tell_pairs(pairs)).is_empty()
    assert Rule.validate(mine_rules(pack(contents), RuleSettings())).is_empty()


def test_baskets_that_are_all_the_same_are_told_as_what_chance_gives() -> None:
    """Who buys one buys all: nothing is surprising, every rule holds always and none has a conviction."""
    same = pack([["plan", "pack", "phone"]] * 50)
    pairs = count_pairs(same, PairSettings())
    assert pairs["ratio"].to_list() == pytest.approx([1, 1, 1], rel=0.02)
    assert pairs["q_value"].min() > 0.4
    rules = mine_rules(same, RuleSettings())
    assert rules.select("confidence", "lift", "zhang", "certainty", "conviction").unique().rows() == [
        (1, 1, 0, 0, None)
    ]


def test_a_customer_with_half_of_all_orders_counts_as_the_orders_are() -> None:
    """The merchandiser's counts are of orders, not of people; the lists that customers see bound what one person adds."""
    pairs = count_pairs(pack([["plan", "pack"]] * 30 + [["plan"]] * 15 + [["pack"]] * 15), PairSettings())
    assert pairs.select("baskets", "baskets_all").rows() == [(30, 60)]
