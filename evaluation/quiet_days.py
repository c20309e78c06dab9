"""Quiet days: days of the sessions that models are judged by on which a source told far less than it usually does."""

from datetime import datetime

import dataframely as dy
import polars as pl

from ingest import Order, Sessioned

QUIET = 0.25
"""Share of the usual rows below which a day is quiet: a Sunday or a holiday has more, a broken feed less."""
LEAST_USUAL = 20
"""Rows of a usual day from which a quiet one can be told from chance: 4 or fewer, where 20 are usual, come on two of
100,000 days (a Poisson count)."""
LEAST_DAYS = 3
"""Days before that tell what is usual."""
ORDERS = "orders"


class QuietDay(dy.Schema):
    """One day of one source on which far less came than usually does."""

    source = dy.String(primary_key=True, description="web, wap or app: events of people there; orders: order lines")
    day = dy.Date(primary_key=True, description="The day, on the operator's clock")
    rows = dy.Int64(nullable=False, min=0, description="What came on that day")
    usual = dy.Float64(nullable=False, min=LEAST_USUAL, description="The median of the days before `since`")


def find_quiet_days(
    sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned],
    orders: dy.DataFrame[Order],
    since: datetime,
    zone: str = "UTC",
) -> dy.DataFrame[QuietDay]:
    """Find the days from `since` on, of which each source told less than a quarter of the median of the days before.

    A source's days before begin with its first row; days without any count as 0. The last day of all is left out: it
    may not be over. With fewer than three days before, or a usual day of fewer than 20 rows, nothing is quiet. Robots
    are left out. Sorted by source and day.
    """
    people = sessioned.lazy().filter(pl.col("robot").is_null()).select(source="channel", at="occurred_at")
    lines = orders.lazy().select(source=pl.lit(ORDERS), at="ordered_at")
    day = pl.col("at").dt.convert_time_zone(zone).dt.date()
    counts = pl.concat([people, lines]).group_by("source", day=day).len("rows").collect()
    last = counts["day"].max()
    begun = counts.group_by("source").agg(first=pl.col("day").min())
    days = begun.with_columns(day=pl.date_ranges("first", pl.lit(last), closed="left")).explode(
        "day", empty_as_null=False
    )
    told = days.join(counts, on=["source", "day"], how="left").with_columns(pl.col("rows").fill_null(0).cast(pl.Int64))
    split = pl.lit(since).dt.convert_time_zone(zone).dt.date()
    before = told.filter(pl.col("day") < split).group_by("source").agg(usual=pl.col("rows").median(), days=pl.len())
    known = before.filter(pl.col("days") >= LEAST_DAYS, pl.col("usual") >= LEAST_USUAL)
    later = told.filter(pl.col("day") >= split).join(known, on="source")
    return QuietDay.cast(later.filter(pl.col("rows") < QUIET * pl.col("usual")).sort("source", "day"))
