"""Rules: which items follow from several others, in baskets of three and more."""

import math
from collections.abc import Iterator

import dataframely as dy
import msgspec
import numpy as np
import polars as pl

from recommend.baskets import Basket
from recommend.related.bound import Bound
from recommend.related.chance import draw_shelf, expect_sets, split_sides
from recommend.related.clusters import find_tail
from recommend.related.itemsets import Level, Shelf, fill_shelf, find_sets, grow_itemsets, name_items, spell_sets
from recommend.related.measures import Rule, measure_rules
from serving import find_q_values


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
    most_sets: int = 200_000
    """Sets of items that memory has room for, some 10 kB each with all their rules. A supermarket's shelf has 7,589 at
    0.1 %; many times that is a support too low for the data, and nobody reads so many."""

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
        if self.most_sets < 1:
            faults.append(f"`most_sets` is {self.most_sets}: give 1 or more")
        if faults:
            raise ValueError(f"The settings of rules are wrong: {'; '.join(faults)}.")

    def bound_sets(self, least: int) -> Bound:
        """Bound the sets that `least` baskets or more hold."""
        fix = (
            "Raise `min_support` or `min_baskets`, lower `most_items`, or let fewer large baskets count: "
            "`[evidence] most_items`."
        )
        kind = f"sets of 2 to {self.most_items} items are in {least:,} baskets or more"
        return Bound(self.most_sets, kind, "[rules]", f"{fix} With memory for more, raise `most_sets`.")


def mine_rules(baskets: dy.DataFrame[Basket], settings: RuleSettings) -> dy.DataFrame[Rule]:
    """Find the association rules of three or more items.

    Each frequent itemset (`grow_itemsets`) split in two sides is a rule if its confidence is large enough. `expected`,
    `ratio` and the p-value, the upper tail of a Poisson count with mean `expected` (`find_tail`), are the itemset's
    (`expect_sets`), and so are its `people`. The q-value is Benjamini and Hochberg's (1995) over all sets of a frequent
    itemset and one frequent item more, those that are not frequent among them. Sorted as `measure_rules` does. Baskets
    that are few or small give no rules; more than `most_sets` frequent itemsets raise TooManySetsError.
    """
    count = baskets["basket"].n_unique()
    # Rounded first: a tenth of 30 baskets is 3, though 0.1 · 30 is a little more.
    least = max(settings.min_baskets, math.ceil(round(settings.min_support * count, 6)))
    shelf = fill_shelf(baskets, least)
    levels = grow_itemsets(shelf, least, settings.most_items, settings.bound_sets(least))
    if len(levels) < 3:
        return Rule.create_empty()
    grown = [levels[:size] for size in range(3, len(levels) + 1)]
    asked = len(shelf.names) * sum(len(level.item) for level in levels[1 : settings.most_items - 1])
    tested = _test(grown, asked, shelf)
    counted = [
        rules
        for known, chance in zip(grown, tested, strict=True)
        for rules in _split_sets(known, chance, shelf.names, settings.min_confidence)
    ]
    return measure_rules(pl.concat(counted).with_columns(baskets_all=pl.lit(count, pl.Int64)))


def _test(grown: list[list[Level]], asked: int, shelf: Shelf) -> list[pl.DataFrame]:
    """Weigh the sets of each last level against chance: what is expected, the people behind it, p and q."""
    draw = draw_shelf(shelf)
    expected = [expect_sets(levels, draw) for levels in grown]
    p_values = [
        find_tail(levels[-1].baskets, chance, levels[-1].clusters)
        for levels, chance in zip(grown, expected, strict=True)
    ]
    q_values = np.split(
        find_q_values(np.concatenate(p_values), asked), np.cumsum([len(some) for some in p_values])[:-1]
    )
    people = [levels[-1].clusters.people for levels in grown]
    return [
        pl.DataFrame(dict(zip(("expected", "people", "p_value", "q_value"), columns, strict=True)))
        for columns in zip(expected, people, p_values, q_values, strict=True)
    ]


def _split_sets(
    levels: list[Level], chance: pl.DataFrame, names: pl.Series, min_confidence: float
) -> Iterator[pl.DataFrame]:
    """Split the sets of the last level in all ways that leave something on both sides."""
    sets, baskets = spell_sets(levels), levels[-1].baskets
    for side in split_sides(len(levels)):
        antecedent, consequent = sets[:, side], sets[:, ~side]
        of_antecedent, of_consequent = (
            levels[part.shape[1] - 1].baskets[find_sets(levels, part)] for part in (antecedent, consequent)
        )
        kept = np.flatnonzero(baskets / of_antecedent >= min_confidence)
        yield chance[kept].with_columns(
            antecedent=name_items(antecedent[kept], names),
            consequent=name_items(consequent[kept], names),
            baskets=pl.Series(baskets[kept]),
            baskets_antecedent=pl.Series(of_antecedent[kept]),
            baskets_consequent=pl.Series(of_consequent[kept]),
        )
