"""Rules: which items follow from several others, in baskets of three and more."""

import math
from collections.abc import Iterator
from typing import NamedTuple

import dataframely as dy
import msgspec
import numpy as np
import polars as pl

from recommend.baskets import Basket
from recommend.codes import IntArray
from recommend.related.chance import split_sides
from recommend.related.itemsets import Level, fill_shelf, find_sets, grow_itemsets, name_items, spell_sets
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


class SplitSets(NamedTuple):
    """Sets of one size, split in two sides at the same places."""

    antecedent: IntArray
    """Item codes, one set a row."""
    consequent: IntArray
    baskets: IntArray
    baskets_antecedent: IntArray
    baskets_consequent: IntArray


def mine_rules(baskets: dy.DataFrame[Basket], settings: RuleSettings) -> dy.DataFrame[Rule]:
    """Find the association rules of three or more items.

    Each frequent itemset (`grow_itemsets`) split in two sides is a rule if its confidence is large enough. Sorted by
    the interval's lower end, the largest first, then by baskets, then by the items' names. Baskets that are few or
    small give no rules.
    """
    count = baskets["basket"].n_unique()
    # Rounded first: a tenth of 30 baskets is 3, though 0.1 · 30 is a little more.
    least = max(settings.min_baskets, math.ceil(round(settings.min_support * count, 6)))
    shelf = fill_shelf(baskets, least)
    levels = grow_itemsets(shelf, least, settings.most_items)
    sizes = range(3, len(levels) + 1)
    found = [rules for size in sizes for rules in _split_sets(levels[:size], settings.min_confidence)]
    return _tell(found, shelf.names, count)


def _split_sets(levels: list[Level], min_confidence: float) -> Iterator[SplitSets]:
    """Split the sets of the last level in all ways that leave something on both sides."""
    sets, baskets = spell_sets(levels), levels[-1].baskets
    for left in split_sides(len(levels)):
        antecedent, consequent = sets[:, left], sets[:, ~left]
        of_antecedent = levels[antecedent.shape[1] - 1].baskets[find_sets(levels, antecedent)]
        of_consequent = levels[consequent.shape[1] - 1].baskets[find_sets(levels, consequent)]
        kept = baskets / of_antecedent >= min_confidence
        yield SplitSets(*(part[kept] for part in (antecedent, consequent, baskets, of_antecedent, of_consequent)))


def _tell(found: list[SplitSets], names: pl.Series, count: int) -> dy.DataFrame[Rule]:
    if not found:
        return Rule.create_empty()
    both, of_antecedent, of_consequent = (np.concatenate([split[place] for split in found]) for place in range(2, 5))
    low, high = wilson_bounds(both, of_antecedent)
    confidence = both / of_antecedent
    return Rule.cast(
        pl.DataFrame(
            {
                "antecedent": pl.concat([name_items(split.antecedent, names) for split in found]),
                "consequent": pl.concat([name_items(split.consequent, names) for split in found]),
                "baskets": both,
                "baskets_antecedent": of_antecedent,
                "baskets_consequent": of_consequent,
                "baskets_all": np.full(len(both), count),
                "support": both / count,
                "confidence": confidence,
                "low": low,
                "high": high,
                "lift": confidence * count / of_consequent,
            }
        ).sort("low", "baskets", "antecedent", "consequent", descending=[True, True, False, False])
    )
