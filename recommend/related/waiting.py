"""Waiting: how many come within a time, and how soon, where some were not watched long enough to know."""

from collections.abc import Sequence

import polars as pl

from serving import Z_95

WITHIN = ("share_within", "low_within", "high_within", "median_days", "low_days", "high_days")
"""What is told of a group."""


def measure_waits(watched: pl.DataFrame, groups: Sequence[str], horizon_days: float) -> pl.DataFrame:
    """Measure for each group how many come within the horizon, and the days until half of these have come.

    `watched` has for each person of a group the `days` that they were watched, whether they `came` at the end of them,
    and the `possible_days` that they could have been watched. With d who came of n who were watched at least so long,
    those who have not come after t days are the share

        S(t) = Π (1 - d / n) over all days up to t

    (E. L. Kaplan and P. Meier, 1958), with Greenwood's variance (1926) on the scale of log(-log S), which keeps the
    interval between 0 and 1. `share_within` is F = 1 - S at the horizon; `median_days` the first day on which S has
    come down to 1 - F / 2, `low_days` and `high_days` those on which the two ends of its interval have (R. Brookmeyer
    and J. Crowley, 1982, with F taken as known); null where that is not reached within the horizon. All are null where
    F is not known: nobody could be watched for so long, or all who have not come were watched for less.
    """
    ages = watched.group_by(groups).agg(pl.col("days", "possible_days").max())
    days = (
        watched.group_by(*groups, "days")
        .agg(came=pl.col("came").sum(), leaving=pl.len())
        .sort(*groups, "days")
        .with_columns(at_risk=pl.col("leaving").reverse().cum_sum().reverse().over(groups))
    )
    stay = (1 - pl.col("came") / pl.col("at_risk")).log().cum_sum().over(groups)
    spread = (pl.col("came") / (pl.col("at_risk") * (pl.col("at_risk") - pl.col("came")))).cum_sum().over(groups)
    curve = days.with_columns(hazard=-stay, spread=spread).filter(pl.col("days") <= horizon_days)
    reach = Z_95 * pl.col("spread").sqrt() / pl.col("hazard")
    bounded = (pl.col("hazard") > 0) & pl.col("hazard").is_finite()
    ends = curve.with_columns(
        left=(-pl.col("hazard")).exp(),
        left_low=pl.when(bounded).then((-pl.col("hazard") * reach.exp()).exp()).otherwise(0.0),
        left_high=pl.when(bounded).then((-pl.col("hazard") * (-reach).exp()).exp()).otherwise(1.0),
    )
    half = (1 + pl.col("left").last()) / 2
    measured = ends.group_by(groups, maintain_order=True).agg(
        share_within=1 - pl.col("left").last(),
        low_within=1 - pl.col("left_high").last(),
        high_within=1 - pl.col("left_low").last(),
        median_days=pl.col("days").filter(pl.col("left") <= half, pl.col("left") < 1).first(),
        low_days=pl.col("days").filter(pl.col("left_low") <= half, pl.col("left") < 1).first(),
        high_days=pl.col("days").filter(pl.col("left_high") <= half, pl.col("left") < 1).first(),
    )
    nobody = {"share_within": 0.0, "low_within": 0.0, "high_within": 1.0}
    missing = [pl.col(name).fill_null(value) for name, value in nobody.items()]
    told = ages.join(measured, on=groups, how="left").with_columns(missing)
    reached = (pl.col("days") >= horizon_days) | (pl.col("share_within") == 1)
    known = reached & (pl.col("possible_days") >= horizon_days)
    return told.select(*groups, *(pl.when(known).then(name).alias(name) for name in WITHIN)).sort(groups)
