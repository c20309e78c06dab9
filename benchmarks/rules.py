"""Ask how fast rules are mined from a supermarket's baskets (retail.dat)."""

import gzip
import os
import sys
from functools import partial
from pathlib import Path
from typing import NamedTuple

import dataframely as dy
import numpy as np
import pandas as pd
import polars as pl
from mlxtend.frequent_patterns import association_rules, fpgrowth
from scipy.sparse import csr_matrix

from benchmarks.measurement import Detail, Finding, Race, Rival
from recommend import Basket, Rule, RuleSettings, mine_rules
from recommend.related.itemsets import fill_shelf, grow_itemsets

LEAST_CONFIDENCE = 0.2


Rules = dict[tuple[frozenset[str], frozenset[str]], int]
"""The baskets of each rule."""
ABOVE = LEAST_CONFIDENCE + 1e-9
"""Rules at the very confidence asked for are left aside: a float's last bit decides whether mlxtend has them."""


class Shop(NamedTuple):
    """The same baskets as rows, and as mlxtend's sparse table with every item."""

    frame: dy.DataFrame[Basket]
    table: pd.DataFrame
    names: pl.Series


def prepare(rows: int) -> Shop:
    baskets = [sorted(set(line.split())) for line in _read_lines()[:rows]]
    owners = np.repeat(np.arange(len(baskets)), [len(items) for items in baskets])
    items = pl.Series([item for basket in baskets for item in basket])
    numbers = pl.Series(owners).cast(pl.String).str.pad_start(6, "0")
    frame = pl.DataFrame({"basket": numbers, "item_id": items, "person_id": numbers})
    names = items.unique().sort()
    codes = names.search_sorted(items).to_numpy()
    table = csr_matrix((np.ones(len(codes), np.bool_), (owners, codes)))
    return Shop(Basket.cast(frame), pd.DataFrame.sparse.from_spmatrix(table), names)


def mine_by_ours(shop: Shop, support: float) -> dy.DataFrame[Rule]:
    limits = RuleSettings(min_support=support, min_baskets=1, min_confidence=LEAST_CONFIDENCE, most_items=100)
    return mine_rules(shop.frame, limits)


def find_itemsets(shop: Shop, support: float) -> pd.DataFrame:
    return fpgrowth(shop.table, min_support=support)


def mine_by_mlxtend(shop: Shop, support: float) -> pd.DataFrame:
    return association_rules(find_itemsets(shop, support), metric="confidence", min_threshold=LEAST_CONFIDENCE)


def compare(shop: Shop, support: float) -> Detail:
    """Compare the itemsets of all sizes, and the counts of all rules of three items and more."""
    itemsets = find_itemsets(shop, support)
    least = round(itemsets["support"].min() * shop.table.shape[0])
    levels = grow_itemsets(fill_shelf(shop.frame, least), least, most_items=100)
    sizes = itemsets["itemsets"].map(len).value_counts().sort_index()
    assert [len(level.item) for level in levels] == sizes.to_list(), "mlxtend finds other itemsets"
    ours = mine_by_ours(shop, support)
    assert _list_ours(ours) == _list_theirs(shop, mine_by_mlxtend(shop, support)), "mlxtend finds other rules"
    return {"itemsets": len(itemsets), "rules": ours.height}


def _list_ours(rules: dy.DataFrame[Rule]) -> Rules:
    above = rules.filter(pl.col("confidence") > ABOVE).select("antecedent", "consequent", "baskets")
    return {(frozenset(left), frozenset(right)): baskets for left, right, baskets in above.rows()}


def _list_theirs(shop: Shop, rules: pd.DataFrame) -> Rules:
    above = rules[rules["confidence"] > ABOVE][["antecedents", "consequents", "support"]]
    name = shop.names.to_list()
    named = (
        (frozenset(name[item] for item in left), frozenset(name[item] for item in right), share)
        for left, right, share in above.itertuples(index=False)
    )
    return {(left, right): round(share * shop.table.shape[0]) for left, right, share in named if len(left | right) > 2}


def set_up(support: float, target: str) -> Race[Shop]:
    itemsets = Rival("mlxtend fpgrowth, itemsets alone", partial(find_itemsets, support=support), target, "<= 0.3")
    rules = Rival("mlxtend fpgrowth and its rules", partial(mine_by_mlxtend, support=support))
    ours, check = partial(mine_by_ours, support=support), partial(compare, support=support)
    return Race(f"rules of retail.dat at {support:.1%}", 88_162, prepare, ours, (itemsets, rules), check)


RARE = set_up(0.001, "<= 0.35")
COMMON = set_up(0.01, "<= 0.2")


def answer(rows: int | None) -> list[Finding]:
    if "ECHANNEL_TEST_DATA" not in os.environ:
        print("rules: left out; set ECHANNEL_TEST_DATA to the folder with the real data sets", file=sys.stderr)
        return []
    return [*RARE.run("benchmarks.rules:RARE", rows), *COMMON.run("benchmarks.rules:COMMON", rows)]


def _read_lines() -> list[str]:
    file = next((Path(os.environ["ECHANNEL_TEST_DATA"]) / "belgian_retail").glob("retail.dat*"))
    data = file.read_bytes()
    return (gzip.decompress(data) if file.suffix == ".gz" else data).decode().splitlines()
