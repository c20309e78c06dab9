"""Candidates: what could be sold as a bundle, and what stands against it."""

from datetime import datetime

import dataframely as dy
import msgspec
import polars as pl

from ingest import Product
from recommend.baskets import Basket
from recommend.bundles.bars import PAIR, bar_pairs
from recommend.bundles.substitutes import Substitute
from recommend.bundles.triples import TRIPLE, count_triples
from recommend.related.pairs import Pair


class CandidateSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which items could be a bundle."""

    max_q_value: float = 0.05
    """Most false finds that are accepted among the pairs, and among the triples: one promotion in twenty."""
    most_pairs: int = 5_000
    """Most pairs, the surest first. More than any team can look at; it bounds the triples that are made of them."""
    stackable: tuple[str, ...] = ()
    """Categories of which a customer uses two at once, such as data packs. Elsewhere two of one category – two plans,
    two handsets – are bought for two people, and are no bundle."""

    kept_out: tuple[str, ...] = ()
    """Items that are in no bundle, such as postage, fees and vouchers: they come with everything."""

    def __post_init__(self) -> None:
        """Refuse limits outside their range, all at once."""
        faults = []
        if not 0 < self.max_q_value < 1:
            faults.append(f"`max_q_value` is {self.max_q_value}: give a share between 0 and 1")
        if self.most_pairs < 1:
            faults.append(f"`most_pairs` is {self.most_pairs}: give 1 or more")
        if faults:
            raise ValueError(f"The settings of candidates are wrong: {'; '.join(faults)}.")


class Candidate(dy.Schema):
    """One set of two or three items that are bought together more often than by chance."""

    items = dy.List(dy.String(), nullable=False, description="The items, sorted")
    baskets = dy.Int64(nullable=False, min=1, description="Baskets that hold all of them")
    people_together = dy.Int64(nullable=False, min=1, description="Different people who have such a basket")
    expected = dy.Float64(
        nullable=False,
        min=0,
        description="Baskets that would by chance; of three items, where one joins the other two by chance",
    )
    ratio = dy.Float64(nullable=False, min_exclusive=1, description="baskets / expected")
    q_value = dy.Float64(
        nullable=False, min=0, max=1, description="Share of false finds if all down to this one are believed"
    )
    barred = dy.String(
        nullable=True,
        description="What stands against a bundle: `kept out`, `not on sale`, `excluded`, `no channel`, "
        "`same category`, `substitutes`, `no price` or `no margin`; null: nothing",
    )

    @dy.rule()
    def items_are_two_or_three_in_order(cls) -> pl.Expr:
        """A bundle has two or three different items, sorted."""
        return cls.items.col.list.len().is_between(2, 3) & (cls.items.col.list.unique().list.sort() == cls.items.col)


def find_candidates(
    pairs: dy.DataFrame[Pair],
    bought: dy.DataFrame[Basket],
    substitutes: dy.DataFrame[Substitute],
    products: dy.DataFrame[Product],
    settings: CandidateSettings,
    now: datetime,
) -> dy.DataFrame[Candidate]:
    """Find what could be a bundle among the pairs, and the triples all of whose pairs could.

    `pairs` are those of the baskets `bought`. A pair counts with a q-value of at most `max_q_value`; a triple where
    that is true of it too (`count_triples`: chance is that one item joins the other two by chance). What stands
    against a set stays beside it (`bar_pairs`); a triple inherits it from its pairs. Sorted by q-value, ratio (largest
    first) and items.
    """
    sure = (
        pairs.filter(pl.col("q_value") <= settings.max_q_value, pl.col("ratio") > 1)
        .sort("q_value", "p_value", "item_a", "item_b")
        .head(settings.most_pairs)
    )
    twos = bar_pairs(sure, products, substitutes, settings.kept_out, settings.stackable, now)
    found = count_triples(sure, bought).filter(
        pl.col("q_value") <= settings.max_q_value, pl.col("baskets") > pl.col("expected")
    )
    threes = _inherit(found, twos)
    sets = pl.concat([_name(twos, PAIR), _name(threes, TRIPLE)])
    return Candidate.cast(sets.sort("q_value", "ratio", "items", descending=[False, True, False]))


def _inherit(triples: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Tell what stands against each triple: the first that stands against one of its pairs."""
    sides = (("item_a", "item_b"), ("item_a", "item_c"), ("item_b", "item_c"))
    names = [f"barred_{number}" for number in range(len(sides))]
    for (first, second), name in zip(sides, names, strict=True):
        told = pairs.select(pl.col("item_a").alias(first), pl.col("item_b").alias(second), pl.col("barred").alias(name))
        triples = triples.join(told, on=[first, second], how="left")
    return triples.with_columns(barred=pl.coalesce(names))


def _name(sets: pl.DataFrame, items: list[str]) -> pl.DataFrame:
    ratio = pl.col("baskets") / pl.col("expected")
    told = ("baskets", "expected", "q_value", "barred")
    return sets.select(pl.concat_list(items).alias("items"), *told, people_together="people", ratio=ratio)
