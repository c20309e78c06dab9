"""Stickiness (产品粘性): each product's active days, retention and repeat purchase."""

from datetime import datetime

import dataframely as dy
import msgspec
import numpy as np
import polars as pl

from ingest import Order, Sessioned
from recommend.interactions import find_interest
from recommend.stickiness.retention import Life, trace_retention
from recommend.stickiness.shrinkage import FloatArray, pool_share, shrink_shares
from serving import SMALLEST_COUNT


class StickinessSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What counts as staying with a product."""

    quiet_days: int = 14
    """Days of silence after which somebody has left. Two weeks: who uses a product at all looks at it by then."""
    horizon_days: int = 28
    """Days after which it is asked who is still there. Four weeks: the first bill."""

    def __post_init__(self) -> None:
        """Refuse days that are none, all at once."""
        low = [name for name in ("quiet_days", "horizon_days") if getattr(self, name) < 1]
        if low:
            faults = "; ".join(f"`{name}` is {getattr(self, name)}: give 1 day or more" for name in low)
            raise ValueError(f"The settings of stickiness are wrong: {faults}.")


class Stickiness(dy.Schema):
    """One product, and how people stay with it."""

    item_id = dy.String(primary_key=True, description="The product")
    people = dy.Int64(
        nullable=False, min=1, description="People who looked at it, kept it, put it into a cart, or bought it"
    )
    active_share = dy.Float64(
        nullable=False, min=0, max=1, description="Share of the days after their first on which they did, shrunk"
    )
    active_low = dy.Float64(nullable=False, min=0, max=1, description="Lower end of its 95 % interval")
    active_high = dy.Float64(nullable=False, min=0, max=1, description="Upper end of its 95 % interval")
    retained = dy.Float64(
        nullable=True,
        min=0,
        max=1,
        description="Share still there after `horizon_days`; null: nobody was watched so long, and `quiet_days` more",
    )
    retained_low = dy.Float64(nullable=True, min=0, max=1, description="Lower end of its 95 % interval")
    retained_high = dy.Float64(nullable=True, min=0, max=1, description="Upper end of its 95 % interval")
    lasted = dy.Int64(nullable=False, min=0, description="People known to have stayed longer than `horizon_days`")
    buyers = dy.Int64(nullable=False, min=0, description="People who bought it")
    repeats = dy.Int64(nullable=False, min=0, description="Of them, those who bought it in two orders or more")
    repeat_share = dy.Float64(
        nullable=False, min=0, max=1, description="Share who bought it in two orders or more, shrunk"
    )
    repeat_low = dy.Float64(nullable=False, min=0, max=1, description="Lower end of its 95 % interval")
    repeat_high = dy.Float64(nullable=False, min=0, max=1, description="Upper end of its 95 % interval")
    ratio = dy.Float64(
        nullable=False, min_exclusive=0, description="Stickiness against that of all products, 1 where nothing is known"
    )


def measure_stickiness(
    sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned],
    orders: dy.DataFrame[Order],
    settings: StickinessSettings,
    now: datetime,
    zone: str = "UTC",
) -> dy.DataFrame[Stickiness]:
    """Measure how people stay with each product, up to now; robots are left out. In the order of the items.

    Of the active days each person's share counts once: Σ shares out of the people who have a day after their first,
    which itself says nothing, since it is there by definition. A share varies no more than a yes or no does, so that
    the interval is wide enough. Shares of days and of repeat buyers are shrunk (`shrink_shares`); retention is the
    curve's at `horizon_days` (`trace_retention`).

        ratio = √(active_share / a · repeat_share / r)

    where a and r are the shares of all products together (`pool_share`). Either part is 1 where it rests on fewer than
    10 people. Retention has no part in it: it is not shrunk, and unknown where the log is young.
    """
    lives = list_lives(sessioned, orders, settings, now, zone)
    table = _count_people(lives, settings).join(_count_buyers(orders), on="item_id", how="left")
    filled = table.with_columns(pl.col("buyers", "repeats").fill_null(0)).sort("item_id")
    active, repeat = (filled["shares"], filled["returning"]), (filled["repeats"], filled["buyers"])
    # At 0 the curve is known for ever, elsewhere only for as long as somebody counts; and 0 of a young log is no proof.
    known = pl.col("old_enough") & ((pl.col("lasted") > 0) | (pl.col("retained") == 0))
    shrunk = filled.with_columns(*_shrink("active", *active), *_shrink("repeat", *repeat))
    parts = _compare(shrunk["active_share"], *active), _compare(shrunk["repeat_share"], *repeat)
    return Stickiness.cast(
        shrunk.with_columns(
            ratio=pl.Series(np.sqrt(parts[0] * parts[1])),
            retained=pl.when(known).then(pl.col("retained").fill_null(1.0)),
            retained_low=pl.when(known).then(pl.col("low").fill_null(0.0)),
            retained_high=pl.when(known).then(pl.col("high").fill_null(1.0)),
        )
    )


def list_lives(
    sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned],
    orders: dy.DataFrame[Order],
    settings: StickinessSettings,
    now: datetime,
    zone: str = "UTC",
) -> dy.DataFrame[Life]:
    """List who had to do with which product, on how many days of the zone, and whether they are still there.

    Of somebody who left after d days it is known d + `quiet_days` + 1 days after their first, and not before. So who is
    still there is known to have lasted longer than their possible days less `quiet_days` less 1, not to the end of the
    data: some of those silent since then have left, too, and would make it look as if more stayed. 0: nothing is known.
    """
    seen = find_interest(sessioned).select(
        "person_id", "item_id", pl.col("occurred_at").dt.convert_time_zone(zone).dt.date().alias("date")
    )
    bought = (
        orders.lazy()
        .filter(pl.col("quantity") > 0)
        .select("person_id", "item_id", pl.col("ordered_at").dt.convert_time_zone(zone).dt.date().alias("date"))
    )
    last = pl.lit(now).dt.convert_time_zone(zone).dt.date()
    days = pl.concat([seen, bought]).filter(pl.col("date") <= last)
    lives = days.group_by("person_id", "item_id").agg(
        active_days=pl.col("date").n_unique().cast(pl.Int64), first=pl.col("date").min(), end=pl.col("date").max()
    )
    possible, gone = (
        (last - pl.col("first")).dt.total_days() + 1,
        (last - pl.col("end")).dt.total_days() > settings.quiet_days,
    )
    lasted = (pl.col("end") - pl.col("first")).dt.total_days() + 1
    outlasted = (possible - settings.quiet_days - 1).clip(0)
    told = lives.with_columns(
        possible_days=possible, gone=gone, lasted_days=pl.when(gone).then(lasted).otherwise(outlasted)
    )
    return Life.cast(told.sort("item_id", "person_id").collect())


def _count_people(lives: dy.DataFrame[Life], settings: StickinessSettings) -> pl.DataFrame:
    """Count who stayed how long with each product, and read its curve of retention at the horizon."""
    curve = trace_retention(lives).filter(pl.col("day") <= settings.horizon_days)
    last = curve.group_by("item_id").agg(pl.col("retained", "low", "high").sort_by("day").last())
    later = pl.col("possible_days") - 1
    share = pl.when(later > 0).then((pl.col("active_days") - 1) / later)
    longer = pl.col("lasted_days") + (~pl.col("gone")).cast(pl.Int64) > settings.horizon_days
    people = lives.group_by("item_id").agg(
        people=pl.len().cast(pl.Int64),
        returning=(later > 0).sum(),
        shares=share.sort_by("person_id").sum(),
        lasted=longer.sum().cast(pl.Int64),
        old_enough=pl.col("possible_days").max() > settings.horizon_days + settings.quiet_days,
    )
    return people.join(last, on="item_id", how="left")


def _shrink(name: str, hits: pl.Series, trials: pl.Series) -> list[pl.Series]:
    shrunk = shrink_shares(hits.to_numpy(), trials.to_numpy())
    return [pl.Series(f"{name}_{end}", values) for end, values in zip(("share", "low", "high"), shrunk, strict=True)]


def _compare(shrunk: pl.Series, hits: pl.Series, trials: pl.Series) -> FloatArray:
    """Divide each shrunk share by that of all; 1 for what rests on so few that they could be told apart."""
    own = shrunk.to_numpy() / pool_share(hits.to_numpy(), trials.to_numpy())
    return np.where(trials.to_numpy() < SMALLEST_COUNT, 1.0, own)


def _count_buyers(orders: dy.DataFrame[Order]) -> pl.DataFrame:
    """Count who bought each product, and who in two orders or more; an order without an id is known by its time.

    What was given back is no purchase.
    """
    order = pl.coalesce("order_id", pl.col("ordered_at").cast(pl.String))
    each = orders.filter(pl.col("quantity") > 0).group_by("item_id", "person_id").agg(orders=order.n_unique())
    return each.group_by("item_id").agg(
        buyers=pl.len().cast(pl.Int64), repeats=(pl.col("orders") > 1).sum().cast(pl.Int64)
    )
