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

from recommend import Basket, PairSettings, RuleSettings, count_pairs, mine_rules
from recommend.related.itemsets import fill_shelf, grow_itemsets, name_items, spell_sets

Contents = list[set[str]]


def pack(contents: Contents) -> pl.DataFrame:
    rows = [(f"{number:06}", item) for number, items in enumerate(contents) for item in sorted(items)]
    return Basket.validate(pl.DataFrame(rows, schema=["basket", "item_id"], orient="row"))


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


@pytest.mark.parametrize("seed", range(5))
def test_pairs_have_the_counts_and_measures_of_mlxtend(seed: int) -> None:
    contents = draw_baskets(seed)
    itemsets = fpgrowth(tabulate(contents), min_support=1.5 / len(contents), use_colnames=True, max_len=2)
    theirs = association_rules(itemsets, num_itemsets=len(contents), metric="support", min_threshold=0)
    ours = count_pairs(pack(contents), PairSettings(min_together=2))
    confidence = {
        **{(a, b): share for a, b, share in ours.select("item_a", "item_b", "confidence_ab").rows()},
        **{(b, a): share for a, b, share in ours.select("item_a", "item_b", "confidence_ba").rows()},
    }
    expected = {
        (*left, *right): share
        for left, right, share in theirs[["antecedents", "consequents", "confidence"]].itertuples(index=False)
    }
    assert confidence == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(5))
def test_rules_are_those_of_mlxtend_on_the_whole_table(seed: int) -> None:
    contents = draw_baskets(seed)
    itemsets = fpgrowth(tabulate(contents), min_support=4.5 / len(contents), use_colnames=True, max_len=4)
    rules = association_rules(itemsets, num_itemsets=len(contents), metric="confidence", min_threshold=0.3)
    expected = {
        (tuple(sorted(left)), tuple(sorted(right))): (support, confidence, lift)
        for left, right, support, confidence, lift in rules[
            ["antecedents", "consequents", "support", "confidence", "lift"]
        ].itertuples(index=False)
        if len(left | right) > 2
    }
    ours = mine_rules(pack(contents), RuleSettings(min_support=0, min_baskets=5, min_confidence=0.3))
    found = {
        (tuple(left), tuple(right)): (support, confidence, lift)
        for left, right, support, confidence, lift in ours.select(
            "antecedent", "consequent", "support", "confidence", "lift"
        ).rows()
    }
    assert found.keys() == expected.keys()
    for rule, measures in expected.items():
        assert found[rule] == pytest.approx(measures)


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


@settings(deadline=None, max_examples=60)
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
