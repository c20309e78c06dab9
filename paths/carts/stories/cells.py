"""Cells: arrivals of one stage or page, by day, on all channels, one channel, or one kind of device of a channel."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import polars as pl

from paths.rows.numbering import Ints


class Cell(NamedTuple):
    """One cell: how many came and how many of them left, a day each; channel or device None for all."""

    place: str
    channel: str | None
    device: str | None
    days: list[date]
    came: Ints
    left: Ints

    def tell_scope(self) -> pl.Expr:
        """Tell which attempts, or counts of them, are the cell's."""
        scope = pl.col("place") == self.place
        if self.channel is not None:
            scope &= pl.col("channel") == self.channel
        return scope if self.device is None else scope & (pl.col("device") == self.device)


def count_days(attempts: pl.DataFrame) -> pl.DataFrame:
    """Count arrivals and leavings by place, channel, device and day."""
    return (
        attempts.group_by("place", "channel", "device", "day")
        .agg(came=pl.len().cast(pl.Int64), left=pl.col("left").sum().cast(pl.Int64))
        .sort("place", "channel", "device", "day")
    )


def cut_cells(counted: pl.DataFrame, least_visits: int) -> list[Cell]:
    """Cut the counts into cells; those of too few arrivals, or in which all or none left, tell nothing.

    A cell of all channels, or of one device, is cut only where there are several: else it would be another one again.
    """
    return [
        cell
        for scope in (["place"], ["place", "channel"], ["place", "channel", "device"])
        for cell in _cut_scope(_tell_apart(counted, scope), scope)
        if cell.came.sum() >= least_visits and 0 < cell.left.sum() < cell.came.sum()
    ]


def _tell_apart(counted: pl.DataFrame, scope: list[str]) -> pl.DataFrame:
    if scope == ["place"]:
        return counted.filter(pl.col("channel").n_unique().over("place") > 1)
    if scope == ["place", "channel"]:
        return counted
    several = pl.col("device").n_unique().over("place", "channel") > 1
    return counted.filter(several & pl.col("device").is_not_null())


def _cut_scope(counted: pl.DataFrame, scope: list[str]) -> Iterator[Cell]:
    summed = counted.group_by(*scope, "day").agg(pl.col("came", "left").sum()).sort(*scope, "day")
    for key, days in summed.group_by(scope, maintain_order=True):
        place, channel, device = (*key, None, None)[:3]
        counts = (days[name].to_numpy() for name in ("came", "left"))
        yield Cell(str(place), channel, device, days["day"].to_list(), *counts)
