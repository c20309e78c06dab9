"""Follow-ups: what is bought after what, by whom, how soon, and whether more than chance."""

from datetime import datetime

import dataframely as dy
import msgspec
import numpy as np
import polars as pl
from scipy.special import betainc, gammainc

from ingest import Product
from recommend.baskets import Sighting
from recommend.related.bound import Bound
from recommend.related.waiting import measure_waits
from serving import find_q_values, wilson_bounds

WHO = ["level", "person_id"]
PAIR = ["level", "first", "then"]
MOST_STEPS = 20_000_000
"""Pairs of what each person bought that memory has room for, some 200 bytes each."""


class FollowUpSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which sequences of purchases are worth a row."""

    min_persons: int = 5
    """Persons who must have bought the one after the other. With fewer there is neither a share nor a time."""
    horizon_days: float = 90.0
    """Days within which it is told how many buy the second, and how soon. A quarter: contracts are sold in it."""
    most_things: int = 50
    """Different products that a person may have bought to count; who bought more deals in them."""
    most_pairs: int = 2_000
    """Most rows, the surest first; it bounds what the times are worked out for."""

    def __post_init__(self) -> None:
        """Refuse numbers below their least, all at once."""
        least = {"min_persons": 1, "most_things": 2, "most_pairs": 1}
        faults = [
            f"`{name}` is {getattr(self, name)}: give {low} or more"
            for name, low in least.items()
            if getattr(self, name) < low
        ]
        if not self.horizon_days > 0:
            faults.append(f"`horizon_days` is {self.horizon_days}: give a number of days above 0")
        if faults:
            raise ValueError(f"The settings of sequences are wrong: {'; '.join(faults)}.")


class FollowUp(dy.Schema):
    """One ordered pair of products, or of categories, of which people bought the one and later the other."""

    level = dy.String(primary_key=True, description="`item` or `category`")
    first = dy.String(primary_key=True, description="What was bought first")
    then = dy.String(primary_key=True, description="What was bought later")
    persons = dy.Int64(
        nullable=False, min=1, description="Who bought the first, and had not bought the second before or with it"
    )
    persons_next = dy.Int64(nullable=False, min=0, description="Of them, who bought the second on the next occasion")
    persons_later = dy.Int64(nullable=False, min=1, description="Of them, who bought the second on any later occasion")
    persons_reverse = dy.Int64(nullable=False, min=0, description="Who bought the second first, and the first later")
    share_next = dy.Float64(nullable=False, min=0, max=1, description="persons_next / persons")
    low_next = dy.Float64(nullable=False, min=0, max=1, description="Lower end of its 95 % interval (Wilson)")
    high_next = dy.Float64(nullable=False, min=0, max=1, description="Upper end of its 95 % interval (Wilson)")
    expected_next = dy.Float64(nullable=False, min=0, description="persons_next, if what comes next were chance")
    ratio = dy.Float64(nullable=False, min=0, description="persons_next / expected_next")
    share_within = dy.Float64(
        nullable=True,
        min=0,
        max=1,
        description="Share who buy the second within the horizon; null: nobody was watched so long yet",
    )
    low_within = dy.Float64(nullable=True, min=0, max=1, description="Lower end of its 95 % interval")
    high_within = dy.Float64(nullable=True, min=0, max=1, description="Upper end of its 95 % interval")
    median_days = dy.Float64(
        nullable=True, min=0, description="Days until half of those who buy it within that have; null: as above"
    )
    low_days = dy.Float64(nullable=True, min=0, description="Lower end of its 95 % interval")
    high_days = dy.Float64(nullable=True, min=0, description="Upper end of its 95 % interval; null: open")
    p_value = dy.Float64(
        nullable=False, min=0, max=1, description="The larger of two: as often next, and as often first"
    )
    q_value = dy.Float64(
        nullable=False, min=0, max=1, description="Share of false finds if all down to this one are believed"
    )


def count_follow_ups(
    purchases: dy.LazyFrame[Sighting] | dy.DataFrame[Sighting],
    products: dy.DataFrame[Product],
    settings: FollowUpSettings,
    ends_at: datetime,
) -> dy.DataFrame[FollowUp]:
    """Count what is bought after what, product by product and category by category.

    An occasion is a basket (`list_purchases`); what is bought on one occasion has no order. A pair must beat chance
    twice, and its p-value is the larger of the two (an intersection–union test, R. L. Berger, 1982):

    * as next: the tail of a Poisson count with mean N_first · N_then / N, of all steps from a first purchase to what
      the next occasion held;
    * as first: of the persons who bought both, on different occasions and while both were sold, how many bought `first`
      first. Mixed up, a person with a occasions of the one and b of the other does so with chance a / (a + b); of
      persons with unlike chances of mean p, P(X ≥ k) is at most that of a binomial count with p, for k ≥ n p + 1
      (W. Hoeffding, 1956); below that p is 1.

    q is Benjamini and Hochberg's (1995) over all ordered pairs that `min_persons` bought both of, in whatever order:
    that choice says nothing of the order (independent filtering, R. Bourgon, R. Gentleman and W. Huber, 2010). Times
    are `measure_waits`: who has not bought the second yet is counted as far as they were watched, up to `ends_at`; of a
    horizon that nobody was watched to they are null.
    Only pairs of `min_persons` persons who bought the one after the other have a row. Sorted by level, p-value and
    names. Raises TooManySetsError where people bought too much to put each two things beside each other.
    """
    firsts = _find_firsts(_name_things(purchases, products), settings)
    steps = _pair_up(firsts)
    tested = _test(_count(steps, settings.min_persons), firsts, settings)
    waits = measure_waits(_watch(tested, firsts, ends_at), PAIR, settings.horizon_days)
    return FollowUp.cast(tested.join(waits, on=PAIR).sort("level", "p_value", "first", "then"))


def _name_things(
    purchases: dy.LazyFrame[Sighting] | dy.DataFrame[Sighting], products: dy.DataFrame[Product]
) -> pl.DataFrame:
    """List each person's occasions, numbered in their order, and what was bought on each, once."""
    lines = purchases.lazy().join(products.lazy().select("item_id", "category"), on="item_id", how="left").collect()
    lines = lines.with_columns(at=pl.col("seen_at").min().over("person_id", "basket"))
    numbered = lines.with_columns(occasion=pl.struct("at", "basket").rank("dense").over("person_id").cast(pl.Int64))
    levels = {"item": "item_id", "category": "category"}
    return pl.concat(
        numbered.select(pl.lit(level).alias("level"), "person_id", "occasion", "at", thing=column)
        for level, column in levels.items()
    ).filter(pl.col("thing").is_not_null()).unique()  # fmt: skip


def _find_firsts(things: pl.DataFrame, settings: FollowUpSettings) -> pl.DataFrame:
    """Find when each person bought each thing first, how often, and what they bought on the occasion after that."""
    firsts = things.group_by(*WHO, "thing").agg(
        pl.col("occasion").min(), pl.col("at").min(), times=pl.col("occasion").n_unique()
    )
    few = firsts.filter(pl.len().over(WHO) <= settings.most_things)
    _bound_steps(settings).add(int(few.group_by(WHO).len()["len"].cast(pl.Int64).pow(2).sum()))
    held = things.group_by(*WHO, "occasion").agg(next=pl.col("thing"))
    following = few.join(held.with_columns(pl.col("occasion") - 1), on=[*WHO, "occasion"], how="left")
    sold = pl.col("at").min().over("level", "thing")
    return following.with_columns(sold_from=sold).sort(*WHO, "thing")


def _bound_steps(settings: FollowUpSettings) -> Bound:
    kind = "pairs of different products that one person bought"
    fix = f"Lower `most_things`: people with more different products, {settings.most_things:,} now, are left out."
    return Bound(MOST_STEPS, kind, "[sequences]", fix)


def _pair_up(firsts: pl.DataFrame) -> pl.DataFrame:
    """Put each two things of a person beside each other, both ways round, unless they came on one occasion first."""
    first = firsts.rename({"thing": "first"})
    then = firsts.drop("next").rename({"thing": "then"})
    both = first.join(then, on=WHO, suffix="_then").filter(pl.col("occasion") != pl.col("occasion_then"))
    return both.with_columns(
        later=pl.col("occasion") < pl.col("occasion_then"),
        next=pl.col("next").list.contains(pl.col("then")).fill_null(False)
        & (pl.col("occasion") < pl.col("occasion_then")),
        fair=(pl.col("at") >= pl.col("sold_from_then")) & (pl.col("at_then") >= pl.col("sold_from")),
        chance=pl.col("times") / (pl.col("times") + pl.col("times_then")),
    )


def _count(steps: pl.DataFrame, least: int) -> pl.DataFrame:
    counts = steps.group_by(PAIR).agg(
        persons_next=pl.col("next").sum(),
        persons_later=pl.col("later").sum(),
        persons_reverse=(~pl.col("later")).sum(),
        fair=pl.col("fair").sum(),
        fair_first=(pl.col("fair") & pl.col("later")).sum(),
        chance=pl.col("chance").filter(pl.col("fair")).sort().mean().fill_null(1.0),
    )
    sums = {"of_first": ("level", "first"), "of_then": ("level", "then"), "of_all": ("level",)}
    summed = counts.with_columns(pl.col("persons_next").sum().over(over).alias(name) for name, over in sums.items())
    return summed.filter(pl.col("persons_later") + pl.col("persons_reverse") >= least).sort(PAIR)


def _test(counted: pl.DataFrame, firsts: pl.DataFrame, settings: FollowUpSettings) -> pl.DataFrame:
    """Weigh each pair against chance, and keep the surest of those that enough bought in this order."""
    buyers = firsts.group_by("level", first="thing").agg(buyers=pl.len())
    together = firsts.rename({"thing": "first"}).join(firsts.rename({"thing": "then"}), on=[*WHO, "occasion"])
    at_once = together.group_by(PAIR).agg(at_once=pl.len())
    table = (
        counted.join(buyers, on=["level", "first"])
        .join(at_once, on=PAIR, how="left")
        .with_columns(
            persons=pl.col("buyers") - pl.col("persons_reverse") - pl.col("at_once").fill_null(0),
            expected_next=pl.col("of_first") * pl.col("of_then") / pl.max_horizontal("of_all", 1),
        )
    )
    hits, expected = table["persons_next"].to_numpy(), table["expected_next"].to_numpy()
    by_next = np.where(hits > 0, gammainc(np.maximum(hits, 1), expected), 1.0)
    p_value = np.maximum(by_next, _test_order(table))
    tested = table.with_columns(p_value=p_value, q_value=find_q_values(p_value))
    often = tested.filter(pl.col("persons_later") >= settings.min_persons)
    return _share(often.sort("p_value", *PAIR).head(settings.most_pairs))


def _share(table: pl.DataFrame) -> pl.DataFrame:
    """Tell the shares of those who bought the second next, with their intervals."""
    persons, hits, expected = (table[name].to_numpy() for name in ("persons", "persons_next", "expected_next"))
    low, high = wilson_bounds(hits, persons)
    ratio = hits / np.where(expected > 0, expected, 1.0)
    return table.with_columns(share_next=hits / persons, low_next=low, high_next=high, ratio=ratio)


def _test_order(table: pl.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Tell how likely so many bought the one first, had each person's occasions been mixed up."""
    hits, trials, chance = (table[name].to_numpy() for name in ("fair_first", "fair", "chance"))
    known = hits >= trials * chance + 1
    # The upper tail P(X ≥ k) of a binomial count is the regularised incomplete beta function of (k, n - k + 1, p).
    return np.where(known, betainc(np.maximum(hits, 1), trials - hits + 1, chance), 1.0)


def _watch(pairs: pl.DataFrame, firsts: pl.DataFrame, ends_at: datetime) -> pl.DataFrame:
    """Tell of each pair and each person who could buy the second how long they were watched, and whether they did."""
    day = 86_400_000_000
    watched = pairs.select(PAIR).join(firsts.select(*WHO, "occasion", "at", first="thing"), on=["level", "first"])
    then = firsts.select(*WHO, then="thing", occasion_then="occasion", at_then="at")
    all_of = watched.join(then, on=[*WHO, "then"], how="left")
    could = all_of.filter(pl.col("occasion_then").is_null() | (pl.col("occasion_then") > pl.col("occasion")))
    until = pl.coalesce("at_then", pl.lit(ends_at))
    return could.select(
        *PAIR,
        days=(until - pl.col("at")).dt.total_microseconds() / day,
        came=pl.col("at_then").is_not_null(),
        possible_days=(pl.lit(ends_at) - pl.col("at")).dt.total_microseconds() / day,
    )
