"""Pairs: which items come together, how often, and whether that is more than chance."""

from typing import NamedTuple

import dataframely as dy
import msgspec
import numpy as np
import polars as pl

from recommend.baskets import Basket, sort_baskets
from recommend.codes import Coded, FloatArray, IntArray, code_names
from recommend.related.bound import Bound
from recommend.related.clusters import Clusters, cluster_pairs, find_tail, number_people
from recommend.related.configuration import deal_items
from recommend.related.together import Together, count_together
from serving import find_q_values, wilson_bounds


class PairSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which pairs are worth a row."""

    min_together: int = 2
    """Baskets that must hold both items. One basket alone is no evidence, and such pairs are most of all pairs."""
    most_pairs: int = 5_000_000
    """Pairs that memory has room for, some 300 bytes each. Of a hundred thousand items each has fifty others then; two
    equal baskets of 10,000 items, if such count, hold 50 million, of which nobody reads one."""

    def __post_init__(self) -> None:
        """Refuse least and most counts below 1, all at once."""
        names = {"min_together": "baskets", "most_pairs": "pairs"}
        low = [(name, getattr(self, name), unit) for name, unit in names.items() if getattr(self, name) < 1]
        if low:
            faults = "; ".join(f"`{name}` is {value}: give 1 or more {unit}" for name, value, unit in low)
            raise ValueError(f"The settings of pairs are wrong: {faults}.")

    def bound_pairs(self) -> Bound:
        """Bound the pairs that are found."""
        fix = "Raise `min_together`, or let fewer large baskets count: `[evidence] most_items`."
        kind = f"pairs of items came together in {self.min_together} baskets or more"
        return Bound(self.most_pairs, kind, "[pairs]", f"{fix} With memory for more, raise `most_pairs`.")


class Pair(dy.Schema):
    """One unordered pair of items that came together, the one with the smaller id first."""

    item_a = dy.String(primary_key=True, description="The item with the smaller id")
    item_b = dy.String(primary_key=True, description="The item with the larger id")
    baskets = dy.Int64(nullable=False, min=1, description="Baskets that hold both")
    people = dy.Int64(nullable=False, min=1, description="Different people who have such a basket")
    baskets_a = dy.Int64(nullable=False, min=1, description="Baskets that hold item_a")
    baskets_b = dy.Int64(nullable=False, min=1, description="Baskets that hold item_b")
    baskets_all = dy.Int64(nullable=False, min=1, description="All baskets")
    expected = dy.Float64(
        nullable=False, min=0, description="Baskets that would hold both by chance, given how large baskets are"
    )
    ratio = dy.Float64(nullable=False, min=0, description="baskets / expected; above 1: more often than by chance")
    confidence_ab = dy.Float64(nullable=False, min=0, max=1, description="Share of item_a's baskets that hold item_b")
    low_ab = dy.Float64(nullable=False, min=0, max=1, description="Lower end of its 95 % interval (Wilson)")
    high_ab = dy.Float64(nullable=False, min=0, max=1, description="Upper end of its 95 % interval (Wilson)")
    confidence_ba = dy.Float64(nullable=False, min=0, max=1, description="Share of item_b's baskets that hold item_a")
    low_ba = dy.Float64(nullable=False, min=0, max=1, description="Lower end of its 95 % interval (Wilson)")
    high_ba = dy.Float64(nullable=False, min=0, max=1, description="Upper end of its 95 % interval (Wilson)")
    p_value = dy.Float64(
        nullable=False,
        min=0,
        max=1,
        description="Chance of so many baskets or more, those of one person told as fewer, if nothing ties the two",
    )
    q_value = dy.Float64(
        nullable=False, min=0, max=1, description="Share of false finds if all pairs down to this one are believed"
    )

    @dy.rule()
    def a_stands_before_b(cls) -> pl.Expr:
        """An item is never paired with itself, and no pair stands twice."""
        return cls.item_a.col < cls.item_b.col

    @dy.rule()
    def both_is_not_more_than_each(cls) -> pl.Expr:
        """The baskets of both are among the baskets of each."""
        return cls.baskets.col <= pl.min_horizontal(cls.baskets_a.col, cls.baskets_b.col)

    @dy.rule()
    def nobody_stands_behind_no_basket(cls) -> pl.Expr:
        """Each of the people has one of the baskets or more."""
        return cls.people.col <= cls.baskets.col


class Chance(NamedTuple):
    """What chance would do to each pair."""

    expected: FloatArray
    p_value: FloatArray
    q_value: FloatArray


def count_pairs(baskets: dy.DataFrame[Basket], settings: PairSettings) -> dy.DataFrame[Pair]:
    """Count how often each two items came together, and weigh it against chance.

    `expected` is how many baskets would hold two items that have nothing to do with each other: those of the
    configuration model, in which items are dealt into baskets of the sizes that were seen (`deal_items`). `p_value` is
    the upper tail of a Poisson count with that mean, in which one person's baskets are no separate evidence
    (`find_tail`). `q_value` is Benjamini and Hochberg's (1995) over all pairs of items that are each in `min_together`
    baskets or more, the pairs that never met among them; those that met less than `min_together` times count as p = 1,
    which can only make the q-values larger. Sorted by item_a and item_b. Raises TooManySetsError where more than
    `most_pairs` would be told.

    >>> rows = {"basket": ["1", "1", "2", "2", "3"], "item_id": ["plan", "pack", "plan", "pack", "plan"]}
    >>> bought = pl.DataFrame(rows).with_columns(person_id=pl.lit("ann"))
    >>> pairs = count_pairs(Basket.validate(bought), PairSettings())
    >>> pairs.select("item_a", "item_b", "baskets", "people", "confidence_ab", "confidence_ba").rows()
    [('pack', 'plan', 2, 1, 1.0, 0.6666666666666666)]
    """
    baskets = sort_baskets(baskets)
    items = code_names(baskets["item_id"])
    together = count_together(items.codes, baskets["basket"], settings.min_together, settings.bound_pairs())
    clusters = cluster_pairs(together, items.codes, baskets["basket"], number_people(baskets))
    return _tell(items, together, clusters, _test(together, clusters, settings.min_together))


def _test(together: Together, clusters: Clusters, min_together: int) -> Chance:
    items = together.of_item
    expected = deal_items(items, together.sizes).expect(items[together.first], items[together.second])
    p_value = find_tail(together.both, expected, clusters)
    candidates = int((items >= min_together).sum())
    return Chance(expected, p_value, find_q_values(p_value, candidates * (candidates - 1) // 2))


def _tell(items: Coded, together: Together, clusters: Clusters, chance: Chance) -> dy.DataFrame[Pair]:
    both, of_a, of_b = together.both, together.of_item[together.first], together.of_item[together.second]
    low_ab, high_ab = wilson_bounds(both, of_a)
    low_ba, high_ba = wilson_bounds(both, of_b)
    return Pair.cast(
        pl.DataFrame(
            {
                "item_a": _name(items, together.first),
                "item_b": _name(items, together.second),
                "baskets": both,
                "people": clusters.people,
                "baskets_a": of_a,
                "baskets_b": of_b,
                "baskets_all": np.full(len(both), len(together.sizes)),
                "expected": chance.expected,
                "ratio": both / chance.expected,
                "confidence_ab": both / of_a,
                "low_ab": low_ab,
                "high_ab": high_ab,
                "confidence_ba": both / of_b,
                "low_ba": low_ba,
                "high_ba": high_ba,
                "p_value": chance.p_value,
                "q_value": chance.q_value,
            }
        )
    )


def _name(items: Coded, codes: IntArray) -> pl.Series:
    return items.names.gather(pl.Series(codes, dtype=pl.Int64))
