"""Retention: how long people stay with a product, those included of whom the end is not known yet."""

import dataframely as dy
import polars as pl

from serving import Z_95


class Life(dy.Schema):
    """One person and one product that they looked at, put into a cart, or bought."""

    person_id = dy.String(primary_key=True, description="The person")
    item_id = dy.String(primary_key=True, description="The product")
    active_days = dy.Int64(nullable=False, min=1, description="Days on which they had to do with it")
    possible_days = dy.Int64(nullable=False, min=1, description="Days from the first of these to the last of the data")
    lasted_days = dy.Int64(
        nullable=False,
        min=0,
        description="Days from the first to the last of these; of who is still there, those known to be outlasted",
    )
    gone = dy.Bool(nullable=False, description="Whether they were silent for longer than `quiet_days` at the end")


class Retention(dy.Schema):
    """One product and one number of days after which somebody left it."""

    item_id = dy.String(primary_key=True, description="The product")
    day = dy.Int64(primary_key=True, min=1, description="Days since they first had to do with it")
    at_risk = dy.Int64(nullable=False, min=1, description="People who were still there, and watched, until then")
    left = dy.Int64(nullable=False, min=1, description="Those of them who lasted no longer")
    retained = dy.Float64(nullable=False, min=0, max=1, description="Share that lasts longer")
    low = dy.Float64(nullable=False, min=0, max=1, description="Lower end of its 95 % interval")
    high = dy.Float64(nullable=False, min=0, max=1, description="Upper end of its 95 % interval")


def trace_retention(lives: dy.DataFrame[Life]) -> dy.DataFrame[Retention]:
    """Trace the share of people who last longer than so many days, by Kaplan and Meier (1958).

    With d people leaving after t days out of n who lasted so long and were watched until then,

        S(t) = Π (1 - d / n),   σ² = Σ d / (n (n - d)),   interval S^exp(± z σ / ln S)

    over all days up to t: Greenwood's variance (1926), bounded on the log-log scale (Kalbfleisch and Prentice, 1980).
    Who is still there counts for the days that they are known to have outlasted. At S = 0 or 1 nothing is known of the
    spread: 0 and 1 are then the bounds on that side.
    """
    ends = lives.group_by("item_id", pl.col("lasted_days").alias("day")).agg(
        ended=pl.len().cast(pl.Int64), left=pl.col("gone").sum().cast(pl.Int64)
    )
    # The reverse sum counts who ends on this day or later; ties of the day leave and are watched alike.
    traced = ends.sort("item_id", "day").with_columns(
        at_risk=pl.col("ended").cum_sum(reverse=True).over("item_id").cast(pl.Int64)
    )
    left = traced.filter(pl.col("left") > 0).with_columns(
        retained=(1 - pl.col("left") / pl.col("at_risk")).cum_prod().over("item_id"),
        spread=(pl.col("left") / (pl.col("at_risk") * (pl.col("at_risk") - pl.col("left"))))
        .cum_sum()
        .over("item_id")
        .sqrt(),
    )
    reach = Z_95 * pl.col("spread") / pl.col("retained").log()
    known = pl.col("retained").is_between(0, 1, closed="none")
    return Retention.cast(
        left.with_columns(
            low=pl.when(known).then(pl.col("retained") ** (-reach).exp()).otherwise(0.0),
            high=pl.when(known).then(pl.col("retained") ** reach.exp()).otherwise(1.0),
        ).sort("item_id", "day")
    )
