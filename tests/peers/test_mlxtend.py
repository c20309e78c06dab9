"""Our pairs and rules against mlxtend's itemsets and measures, on random baskets and on real ones."""

import gzip
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mlxtend.frequent_patterns import association_rules, fpgrowth

from recommend import PairSettings, Rule, RuleSettings, count_pairs, mine_rules, tell_pairs
from recommend.related.itemsets import fill_shelf, grow_itemsets, name_items, spell_sets
from tests.shop_baskets import pack

Contents = list[set[str]]


def tabulate(contents: Contents) -> pd.DataFrame:
    items = sorted(set().union(*contents))
    return pd.DataFrame([[item in basket for item in items] for basket in contents], columns=items)


def draw_baskets(seed: int) -> Contents:
    chance = np.random.default_rng(seed)
    fame = 1 / np.arange(1, 13)
    sizes = chance.integers(1, 7, size=150)
    return [
        {f"i{item:02}" for item in chance.choice(12, size=size, replace=False, p=fame / fame.sum())} for size in sizes
    ]


def read_baskets(path: Path, separator: str) -> Contents:
    lines = gzip.decompress(path.read_bytes()).decode().splitlines()
    return [{item for item in line.strip().split(separator) if item} for line in lines]


MEASURES = {
    "antecedent support": "support_antecedent",
    "consequent support": "support_consequent",
    "support": "support",
    "confidence": "confidence",
    "lift": "lift",
    "representativity": "representativity",
    "leverage": "leverage",
    "conviction": "conviction",
    "zhangs_metric": "zhang",
    "jaccard": "jaccard",
    "certainty": "certainty",
    "kulczynski": "kulczynski",
}
"""The twelve measures by mlxtend's name and by ours."""
SHOPS = st.lists(st.sets(st.sampled_from("abcdef"), min_size=1, max_size=5), min_size=4, max_size=12)

Measured = dict[tuple[frozenset[str], frozenset[str]], list[float]]


def measure_by_mlxtend(contents: Contents, least: int, sizes: set[int], min_confidence: float = 0) -> Measured:
    itemsets = fpgrowth(tabulate(contents), min_support=(least - 0.5) / len(contents), use_colnames=True)
    if itemsets.empty:
        return {}
    with np.errstate(invalid="ignore"):  # it divides by 0 before it asks whether it may
        rules = association_rules(
            itemsets, num_itemsets=len(contents), metric="confidence", min_threshold=min_confidence
        )
    assert set(rules.columns[2:]) == set(MEASURES)
    chosen = rules[["antecedents", "consequents", *MEASURES]].itertuples(index=False)
    return {(left, right): list(measures) for left, right, *measures in chosen if len(left | right) in sizes}


def measure_by_ours(rules: pl.DataFrame) -> Measured:
    """What we leave empty, the conviction of a rule that never fails, is infinite for mlxtend."""
    chosen = rules.select("antecedent", "consequent", pl.col(*MEASURES.values()).fill_null(float("inf")))
    return {(frozenset(left), frozenset(right)): list(measures) for left, right, *measures in chosen.rows()}


def assert_equal(ours: Measured, theirs: Measured) -> None:
    assert ours.keys() == theirs.keys()
    for rule, measures in theirs.items():
        assert ours[rule] == pytest.approx(measures, abs=1e-12)


@settings(deadline=None, max_examples=40)
@given(SHOPS, st.integers(1, 3))
def test_pairs_have_the_measures_of_mlxtend(contents: Contents, least: int) -> None:
    rules = tell_pairs(count_pairs(pack(contents), PairSettings(min_together=least)))
    assert_equal(measure_by_ours(Rule.validate(rules)), measure_by_mlxtend(contents, least, {2}))


@settings(deadline=None, max_examples=25)
@given(SHOPS, st.integers(1, 3))
def test_rules_of_random_baskets_are_those_of_mlxtend(contents: Contents, least: int) -> None:
    limits = RuleSettings(min_support=0, min_baskets=least, min_confidence=0, most_items=5)
    rules = mine_rules(pack(contents), limits)
    assert_equal(measure_by_ours(Rule.validate(rules)), measure_by_mlxtend(contents, least, {3, 4, 5}))


@pytest.mark.parametrize("seed", range(5))
def test_rules_are_those_of_mlxtend_on_the_whole_table(seed: int) -> None:
    contents = draw_baskets(seed)
    ours = mine_rules(pack(contents), RuleSettings(min_support=0, min_baskets=5, min_confidence=0.3))
    assert_equal(measure_by_ours(ours), measure_by_mlxtend(contents, 5, {3, 4}, min_confidence=0.3))


def test_groceries_have_the_pairs_and_rules_of_mlxtend(data_dir: Path) -> None:
    contents = read_baskets(data_dir / "groceries" / "groceries_basket.csv.gz", ",")
    itemsets = fpgrowth(tabulate(contents), min_support=0.005, use_colnames=True, max_len=3)
    sizes = itemsets["itemsets"].map(len)
    least = int(np.ceil(0.005 * len(contents)))
    pairs = count_pairs(pack(contents), PairSettings(min_together=least))
    theirs = {
        tuple(sorted(items)): round(support * len(contents))
        for support, items in itemsets[sizes == 2].itertuples(index=False)
    }
    assert {(a, b): count for a, b, count in pairs.select("item_a", "item_b", "baskets").rows()} == theirs
    rules = mine_rules(pack(contents), RuleSettings(min_support=0.005, min_confidence=0, most_items=3))
    triples = {tuple(sorted(left + right)) for left, right in rules.select("antecedent", "consequent").rows()}
    assert triples == {tuple(sorted(items)) for items in itemsets[sizes == 3]["itemsets"]}


def test_retail_has_the_itemsets_of_mlxtend(data_dir: Path) -> None:
    """All 159 itemsets at 1 %; mlxtend looks at the items that are frequent themselves, which changes nothing."""
    contents = read_baskets(data_dir / "belgian_retail" / "retail.dat.gz", " ")
    least = int(np.ceil(0.01 * len(contents)))
    counted = Counter(item for items in contents for item in items)
    frequent = [{item for item in items if counted[item] >= least} for items in contents]
    theirs = count_itemsets_by_mlxtend(frequent, 0.01)
    assert len(theirs) == 159
    assert count_itemsets(contents, least, most=10) == theirs


def test_retail_has_as_many_itemsets_at_a_thousandth_as_are_known(data_dir: Path) -> None:
    contents = read_baskets(data_dir / "belgian_retail" / "retail.dat.gz", " ")
    least = int(np.ceil(0.001 * len(contents)))
    levels = grow_itemsets(fill_shelf(pack(contents), least), least, most_items=100)
    assert sum(len(level.item) for level in levels) == 7589


@settings(deadline=None, max_examples=40)
@given(st.lists(st.sets(st.sampled_from("abcdefg"), min_size=1), min_size=3, max_size=12), st.integers(1, 3))
def test_itemsets_of_random_baskets_are_those_of_mlxtend(contents: Contents, least: int) -> None:
    theirs = count_itemsets_by_mlxtend(contents, (least - 0.5) / len(contents))
    assert count_itemsets(contents, least, most=7) == theirs


def count_itemsets(contents: Contents, least: int, most: int) -> dict[frozenset[str], int]:
    shelf = fill_shelf(pack(contents), least)
    levels = grow_itemsets(shelf, least, most)
    return {
        frozenset(items): baskets
        for size in range(1, len(levels) + 1)
        for items, baskets in zip(
            name_items(spell_sets(levels[:size]), shelf.names), levels[size - 1].baskets.tolist(), strict=True
        )
    }


def count_itemsets_by_mlxtend(contents: Contents, support: float) -> dict[frozenset[str], int]:
    itemsets = fpgrowth(tabulate(contents), min_support=support, use_colnames=True)
    return {items: round(share * len(contents)) for share, items in itemsets.itertuples(index=False)}
