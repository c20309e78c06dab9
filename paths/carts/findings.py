"""Findings: cells in which more people left than usual, over some days or over all of them."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple, Self

import numpy as np
import polars as pl

from paths.carts.cells import Cell
from paths.carts.periods import find_period, measure_strength
from paths.evidence import compare_shares

MOST_PERIODS = 10
"""Periods looked for in one cell, one after the other."""


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
    stage: str | None = None
    page: str | None = None

    @property
    def excess(self) -> tuple[float, float, float]:
        """Tell the share less the usual one, and its 95 % interval."""
        told = compare_shares(self.left, self.came, self.others_left, self.others_came)
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


def find_periods(cell: Cell, most_chance: float) -> Iterator[Finding]:
    """Find the periods in which more left than on the cell's other days; found days are set aside."""
    came, left = cell.came.copy(), cell.left.copy()
    for _ in range(MOST_PERIODS):
        found = find_period(left, came)
        if found is None or found.chance > most_chance:
            return
        inside = slice(found.first, found.end)
        first, last, earliest, latest = (
            cell.days[place] for place in (found.first, found.end - 1, found.earliest, found.latest - 1)
        )
        others = (found.all_trials - found.trials, found.all_hits - found.hits)
        counts = (found.trials, found.hits, *others, found.strength, found.chance)
        yield Finding(cell, first, last, earliest, latest, "other days", *counts)
        came[inside] = left[inside] = 0


def compare_channel(cell: Cell, counted: pl.DataFrame) -> Finding | None:
    """Compare a channel's cell over all days with the same place on the other channels; None where there are none."""
    others = counted.filter(pl.col("place") == cell.place, pl.col("channel") != cell.channel)
    others_came, others_left = int(others["came"].sum()), int(others["left"].sum())
    if not others_came:
        return None
    came, left = int(cell.came.sum()), int(cell.left.sum())
    tail = compare_shares(left, came, others_left, others_came).p_value.item() / 2
    strength = measure_strength(np.array([left]), np.array([came]), left + others_left, came + others_came).item()
    first, last, chance = cell.days[0], cell.days[-1], tail if strength > 0 else 1.0
    counts = (came, left, others_came, others_left)
    return Finding(cell, first, last, first, last, "other channels", *counts, strength, chance)


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
