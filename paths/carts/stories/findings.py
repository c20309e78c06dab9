"""Findings: cells in which more people left than usual, over some days or over all of them."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple, Self

import numpy as np
import polars as pl

from paths.carts.stories.cells import Cell
from paths.carts.stories.periods import Period, measure_strength
from paths.carts.stories.scans import Scan
from paths.carts.stories.spread import Spread, measure_spread, number_clusters
from paths.evidence import compare_shares


class Finding(NamedTuple):
    """One cell and its days, beside what they are compared with."""

    cell: Cell
    first_day: date
    last_day: date
    earliest_day: date
    latest_day: date
    against: str
    came: int
    left: int
    others_came: int
    others_left: int
    strength: float
    """Log-likelihood ratio."""
    chance: float
    """Bound of the chance to find the like in this cell."""
    spread: float = 1.0
    """Variance between days or people, of the binomial one; the greater of both."""
    stage: str | None = None
    page: str | None = None

    @property
    def excess(self) -> tuple[float, float, float]:
        """Tell the share less the usual one, and its 95 % interval: as of so many fewer as they vary more."""
        counts = (self.left, self.came, self.others_left, self.others_came)
        told = compare_shares(*(count / self.spread for count in counts))
        return told.difference.item(), told.low.item(), told.high.item()

    @property
    def days(self) -> pl.Expr:
        """Tell which rows lie within its days."""
        return pl.col("day").is_between(pl.lit(self.first_day), pl.lit(self.last_day))

    def among(self, tests: int, attempts: pl.DataFrame) -> Self:
        """Bound the chance to find the like in any of so many cells; tell the stage, and the page most saw last."""
        rows = attempts.filter(self.cell.tell_scope())
        pages = rows.filter(self.days, pl.col("left"), pl.col("page").is_not_null()).group_by("page").len()
        page = pages.sort("len", "page", descending=[True, False])["page"].head(1).to_list() or [None]
        return self._replace(chance=min(1.0, self.chance * tests), stage=rows["stage"][0], page=page[0])


def judge_periods(scan: Scan, attempts: pl.DataFrame, usual: float, most_chance: float) -> Iterator[Finding]:
    """Tell the periods that stand out beyond the spread between days, and beyond that between people, as well."""
    if not scan.periods:
        return
    spreads = scan.between_days.at_least(usual), scan.between_people(attempts)
    for found in scan.periods:
        chance = max(found.chance, *(found.windows * spread.find_tail(found.strength) for spread in spreads))
        if chance <= most_chance:
            others = (found.all_trials - found.trials, found.all_hits - found.hits)
            counts = (found.trials, found.hits, *others)
            spread = max(told.factor for told in spreads)
            days = _tell_days(scan.cell, found)
            yield Finding(scan.cell, *days, "other days", *counts, found.strength, chance, spread)


def _tell_days(cell: Cell, found: Period) -> tuple[date, date, date, date]:
    """Tell the first and last day, and the earliest and latest: days on which nobody came may belong to it as well."""
    days, a_day = cell.days, timedelta(days=1)
    earliest = days[found.earliest - 1] + a_day if found.earliest else days[0]
    latest = days[found.latest] - a_day if found.latest < len(days) else days[-1]
    return days[found.first], days[found.end - 1], earliest, latest


def compare_channel(
    cell: Cell, counted: pl.DataFrame, attempts: pl.DataFrame, usual: float, most_chance: float
) -> Iterator[Finding]:
    """Compare a channel's cell over all days with the same place on the other channels; tell it if more left there."""
    others = counted.filter(pl.col("place") == cell.place, pl.col("channel") != cell.channel)
    others_came, others_left = int(others["came"].sum()), int(others["left"].sum())
    came, left = int(cell.came.sum()), int(cell.left.sum())
    strength = measure_strength(np.array([left]), np.array([came]), left + others_left, came + others_came).item()
    tail = compare_shares(left, came, others_left, others_came).p_value.item() / 2
    if strength <= 0 or tail > most_chance:
        return
    between_days, between_people = _measure_channel_spreads(attempts.filter(pl.col("place") == cell.place))
    spreads = between_days.at_least(usual), between_people
    chance = max(tail, *(spread.find_tail(strength) for spread in spreads))
    if chance <= most_chance:
        first, last = cell.days[0], cell.days[-1]
        days, counts = (first, last, first, last), (came, left, others_came, others_left)
        factor = max(spread.factor for spread in spreads)
        yield Finding(cell, *days, "other channels", *counts, strength, chance, factor)


def _measure_channel_spreads(rows: pl.DataFrame) -> tuple[Spread, Spread]:
    """Measure a place's spread between days, and between people, on each of its channels."""
    left, channel = rows["left"].to_numpy().astype(np.int64), number_clusters(rows, "channel")
    day, came = number_clusters(rows, "channel", "day"), np.ones_like(left)
    return measure_spread(left, came, channel, day), measure_spread(
        left, came, channel, number_clusters(rows, "person")
    )


def hold_mix(finding: Finding, counted: pl.DataFrame) -> float:
    """Tell the excess with each channel and device of the cell held to its own share on the other days.

    (left − Σ came_k · share_k on the other days) / came: direct standardisation, k the parts that came on both.
    """
    parts = (
        counted.filter(finding.cell.tell_scope())
        .group_by("channel", "device", inside=finding.days)
        .agg(pl.col("came", "left").sum())
    )
    inside, outside = parts.filter("inside"), parts.filter(~pl.col("inside"))
    both = inside.join(outside, on=["channel", "device"], nulls_equal=True, suffix="_others").sort("channel", "device")
    came, left, came_others, left_others = (
        both[name].to_numpy() for name in ("came", "left", "came_others", "left_others")
    )
    return float((left - came * left_others / came_others).sum() / max(came.sum(), 1))
