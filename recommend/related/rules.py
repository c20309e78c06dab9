"""Rules: which items follow from several others, in baskets of three and more."""

import math

import dataframely as dy
import msgspec
import numpy as np
import polars as pl
from scipy.sparse import csr_matrix

from recommend.baskets import Basket, sort_baskets
from recommend.codes import IntArray, code_names
from serving import wilson_bounds


class RuleSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which rules are worth a row."""

    min_support: float = 0.001
    """Least share of all baskets that hold all the rule's items. The shelf of a large shop has its stories above it."""
    min_baskets: int = 5
    """Least number of those baskets, for small data: below it every handful of items would make a rule."""
    min_confidence: float = 0.2
    """Least share of the antecedent's baskets that hold the consequent as well."""
    most_items: int = 4
    """Most items in a rule, both sides together. Longer ones are many, and nobody acts on them."""

    def __post_init__(self) -> None:
        """Refuse limits outside their range, all at once."""
        faults = []
        if not 0 <= self.min_support <= 1:
            faults.append(f"`min_support` is {self.min_support}: give a share from 0 to 1")
        if self.min_baskets < 1:
            faults.append(f"`min_baskets` is {self.min_baskets}: give 1 or more")
        if not 0 <= self.min_confidence <= 1:
            faults.append(f"`min_confidence` is {self.min_confidence}: give a share from 0 to 1")
        if self.most_items < 3:
            faults.append(f"`most_items` is {self.most_items}: give 3 or more (two items are a pair)")
        if faults:
            raise ValueError(f"The settings of rules are wrong: {'; '.join(faults)}.")


class Rule(dy.Schema):
    """One association rule of three or more items: baskets with the antecedent often hold the consequent as well."""

    antecedent = dy.List(dy.String(), nullable=False, description="Items that are there, sorted")
    consequent = dy.List(dy.String(), nullable=False, description="Items that then come as well, sorted")
    baskets = dy.Int64(nullable=False, min=1, description="Baskets that hold all of them")
    baskets_antecedent = dy.Int64(nullable=False, min=1, description="Baskets that hold the antecedent")
    baskets_consequent = dy.Int64(nullable=False, min=1, description="Baskets that hold the consequent")
    baskets_all = dy.Int64(nullable=False, min=1, description="All baskets")
    support = dy.Float64(nullable=False, min=0, max=1, description="baskets / baskets_all")
    confidence = dy.Float64(nullable=False, min=0, max=1, description="baskets / baskets_antecedent")
    low = dy.Float64(nullable=False, min=0, max=1, description="Lower end of the confidence's 95 % interval (Wilson)")
    high = dy.Float64(nullable=False, min=0, max=1, description="Upper end of the confidence's 95 % interval (Wilson)")
    lift = dy.Float64(
        nullable=False, min=0, description="confidence / share of all baskets with the consequent; never ranked by"
    )


def mine_rules(baskets: dy.DataFrame[Basket], settings: RuleSettings) -> dy.DataFrame[Rule]:
    """Find the association rules of three or more items.

    Frequent itemsets by FP-growth (J. Han, J. Pei and Y. Yin, 2000) with `mlxtend`, on the items alone that are
    frequent themselves: the result is the same, in a tenth of the memory. Sorted by the interval's lower end, the
    largest first, then by baskets, then by the items' names. Baskets that are few or small give no rules.
    """
    baskets = sort_baskets(baskets)
    owner, codes = baskets["basket"].rle_id().to_numpy().astype(np.int64), code_names(baskets["item_id"]).codes
    count = len(np.bincount(owner))
    # Rounded first: a tenth of 30 baskets is 3, though 0.1 · 30 is a little more.
    least = max(settings.min_baskets, math.ceil(round(settings.min_support * count, 6)))
    kept = np.bincount(codes)[codes] >= least
    if not kept.any():
        return Rule.create_empty()
    items = code_names(baskets["item_id"].filter(pl.Series(kept)))
    return _tell(_grow(_tabulate(owner[kept], items.codes), least, settings), items.names, count)


def _tabulate(owner: IntArray, items: IntArray) -> csr_matrix:
    """Lay out the baskets that hold any of the items; a basket that holds none gives no row."""
    rows = np.unique(owner, return_inverse=True)[1]
    return csr_matrix((np.ones(len(items), np.bool_), (rows, items)))


def _grow(table: csr_matrix, least: int, settings: RuleSettings) -> pl.DataFrame:
    """Mine the rules, with items as codes and counts for shares."""
    # Imported here: it takes one to two seconds, and the commands that mine no rules need not wait for it.
    import pandas as pd
    from mlxtend.frequent_patterns import association_rules, fpgrowth

    rows = table.shape[0]
    # Half a basket of slack: a share that is meant to be exactly `least` baskets must not fail by its last bit.
    share = (least - 0.5) / rows
    itemsets = fpgrowth(pd.DataFrame.sparse.from_spmatrix(table), min_support=share, max_len=settings.most_items)
    rules = association_rules(
        itemsets,
        num_itemsets=rows,
        metric="confidence",
        min_threshold=settings.min_confidence,
        return_metrics=["antecedent support", "consequent support", "support"],
    )
    counts = {name: np.rint(rules[name].to_numpy() * rows).astype(np.int64) for name in rules.columns[2:]}
    return pl.DataFrame(
        {
            "antecedent": pl.Series([sorted(side) for side in rules["antecedents"]], dtype=pl.List(pl.Int64)),
            "consequent": pl.Series([sorted(side) for side in rules["consequents"]], dtype=pl.List(pl.Int64)),
            "baskets": counts["support"],
            "baskets_antecedent": counts["antecedent support"],
            "baskets_consequent": counts["consequent support"],
        }
    ).filter(pl.col("antecedent").list.len() + pl.col("consequent").list.len() >= 3)


def _tell(found: pl.DataFrame, names: pl.Series, count: int) -> dy.DataFrame[Rule]:
    both, of_antecedent, of_consequent = (
        found[name].to_numpy() for name in ("baskets", "baskets_antecedent", "baskets_consequent")
    )
    low, high = wilson_bounds(both, of_antecedent)
    confidence = both / of_antecedent
    return Rule.cast(
        found.with_columns(
            baskets_all=pl.lit(count, pl.Int64),
            support=both / count,
            confidence=confidence,
            low=low,
            high=high,
            lift=confidence * count / of_consequent,
        )
        .sort("low", "baskets", "antecedent", "consequent", descending=[True, True, False, False])
        .with_columns(pl.col("antecedent", "consequent").list.eval(_name(pl.element(), names)))
    )


def _name(codes: pl.Expr, names: pl.Series) -> pl.Expr:
    return codes.replace_strict(pl.Series(range(len(names)), dtype=pl.Int64), names, return_dtype=pl.String)
