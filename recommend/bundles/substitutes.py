"""Substitutes: what people compare and then buy one of."""

import dataframely as dy
import msgspec
import numpy as np
import polars as pl
from scipy.special import pdtr

from recommend.baskets import Basket
from recommend.related.configuration import deal_items
from recommend.related.extended import Wanted, extend_sets
from recommend.related.itemsets import fill_shelf, link_items, name_items
from recommend.related.pairs import Pair
from serving import find_q_values


class SubstituteSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When two items are bought instead of each other."""

    max_q_value: float = 0.05
    """Most false finds that are accepted, both among the pairs viewed together and among those not bought together."""
    max_ratio: float = 0.5
    """Most baskets with both, as a share of what chance would give. Half: a shortfall that a merchandiser would see."""

    def __post_init__(self) -> None:
        """Refuse limits outside their range, all at once."""
        faults = []
        if not 0 < self.max_q_value < 1:
            faults.append(f"`max_q_value` is {self.max_q_value}: give a share between 0 and 1")
        if not 0 <= self.max_ratio < 1:
            faults.append(f"`max_ratio` is {self.max_ratio}: give 0 or more, below 1 (1 is what chance gives)")
        if faults:
            raise ValueError(f"The settings of substitutes are wrong: {'; '.join(faults)}.")


class Substitute(dy.Schema):
    """One unordered pair of items that are viewed together more, and bought together far less, than by chance."""

    item_a = dy.String(primary_key=True, description="The item with the smaller id")
    item_b = dy.String(primary_key=True, description="The item with the larger id")
    viewed_ratio = dy.Float64(nullable=False, min=0, description="Sessions with both, against chance")
    baskets = dy.Int64(nullable=False, min=0, description="Baskets bought that hold both")
    expected = dy.Float64(nullable=False, min_exclusive=0, description="Baskets that would hold both by chance")
    ratio = dy.Float64(nullable=False, min=0, description="baskets / expected; far below 1")
    q_value = dy.Float64(
        nullable=False, min=0, max=1, description="Share of false finds if all down to this one are believed"
    )

    @dy.rule()
    def a_stands_before_b(cls) -> pl.Expr:
        """No item is its own substitute, and no pair stands twice."""
        return cls.item_a.col < cls.item_b.col


def find_substitutes(
    viewed: dy.DataFrame[Pair], bought: dy.DataFrame[Basket], settings: SubstituteSettings
) -> dy.DataFrame[Substitute]:
    """Find the items that people look at together and do not buy together.

    Looked at together is the sign of a substitute, bought together that of a complement (J. McAuley, R. Pandey and
    J. Leskovec, 2015, "Inferring networks of substitutable and complementary products"). Of the pairs with a viewed
    q-value of at most `max_q_value`, those are told whose baskets k are at most `max_ratio` of the E that chance gives
    (`count_pairs`), and whose P(X ≤ k), X a Poisson count with mean E, is significant among all pairs so asked
    (Benjamini and Hochberg, 1995). Items that are bought too seldom to tell are no substitutes. Sorted by the ids.
    """
    asked = viewed.filter(pl.col("q_value") <= settings.max_q_value, pl.col("ratio") > 1)
    counted = _count_bought(asked.select("item_a", "item_b", viewed_ratio="ratio"), bought)
    p_values = pdtr(counted["baskets"].to_numpy().astype(np.float64), counted["expected"].to_numpy())
    return Substitute.cast(
        counted.with_columns(ratio=pl.col("baskets") / pl.col("expected"), q_value=find_q_values(p_values))
        .filter(pl.col("q_value") <= settings.max_q_value, pl.col("ratio") <= settings.max_ratio)
        .sort("item_a", "item_b")
    )


def _count_bought(asked: pl.DataFrame, bought: dy.DataFrame[Basket]) -> pl.DataFrame:
    """Tell of each pair the baskets that hold both, none among them, and what chance would give."""
    sizes = bought.group_by("basket").len("size")["size"].cast(pl.Int64)
    alone = bought.group_by("item_id").len("alone").with_columns(pl.col("alone").cast(pl.Int64))
    dealt = deal_items(alone["alone"].to_numpy(), sizes.to_numpy())
    both = _count_both(asked, bought)
    counted = (
        asked.join(alone.rename({"item_id": "item_a", "alone": "of_a"}), on="item_a")
        .join(alone.rename({"item_id": "item_b", "alone": "of_b"}), on="item_b")
        .join(both, on=["item_a", "item_b"], how="left")
        .with_columns(pl.col("baskets").fill_null(0))
        .sort("item_a", "item_b")
    )
    expected = dealt.expect(counted["of_a"].to_numpy(), counted["of_b"].to_numpy())
    return counted.with_columns(expected=pl.Series(expected, dtype=pl.Float64)).filter(pl.col("expected") > 0)


def _count_both(asked: pl.DataFrame, bought: dy.DataFrame[Basket]) -> pl.DataFrame:
    """Count the baskets that hold both items of some pairs; those that never met have no row."""
    shelf = fill_shelf(bought, 1)
    linked, held = link_items(asked, shelf), shelf.table.T.tocsr()
    met = extend_sets(held, np.arange(held.shape[0]), shelf.table, Wanted(1, among=linked))
    names = name_items(np.column_stack([met.row, met.item]), shelf.names)
    sides = {side: names.list.get(place) for place, side in enumerate(("item_a", "item_b"))}
    return pl.DataFrame({**sides, "baskets": met.baskets})
