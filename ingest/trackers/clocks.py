"""Clocks: what a device's own clock says, set right by when its batch reached us."""

from datetime import datetime, timedelta

import polars as pl

NEGLIGIBLE = timedelta(seconds=5)
"""A clock is believed when sending and receiving lie less than this apart: the way itself takes that long."""
AHEAD = timedelta(minutes=10)
"""An event further than this after its own receipt cannot have happened yet."""


def correct_clocks(records: pl.DataFrame) -> pl.DataFrame:
    """Add `occurred_at` to records with `batch`, `sent_at`, `received_at` and `device_at`.

    All events of a batch are moved by one offset, received less sent (the latest that the batch states), so that
    neither their order nor the gaps between them change; a batch that came twice has two. An offset within
    `NEGLIGIBLE` is the network's, not the clock's, and moves nothing: two requests of one device that were under way
    together keep their order. Without `sent_at` nothing is moved; without `device_at` an event happened when it was
    received. No offset is too large: a phone whose battery was empty begins again in 1970.
    """
    offset = pl.col("received_at") - pl.col("sent_at").max().over("batch", "received_at")
    moved = pl.when(offset.abs() >= NEGLIGIBLE).then(pl.col("device_at") + offset).otherwise("device_at")
    return records.with_columns(occurred_at=pl.coalesce(moved, "received_at"))


def flag_future(records: pl.DataFrame, now: datetime | None) -> pl.DataFrame:
    """Add `clock`: "future" where a record happened more than ten minutes after it was received, else null.

    Where a record does not say when it was received, `now` stands for it; without either nothing is flagged.
    """
    seen = pl.coalesce("received_at", pl.lit(now, pl.Datetime("us", "UTC")))
    return records.with_columns(clock=pl.when(pl.col("occurred_at") > seen + AHEAD).then(pl.lit("future")))
