"""Scans: the periods that stand out in each cell, and how much the cell's days and people vary around them."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import polars as pl

from paths.carts.stories.cells import Cell
from paths.carts.stories.periods import Period, find_period
from paths.carts.stories.spread import Spread, measure_spread, number_clusters
from paths.rows.numbering import Ints

MOST_PERIODS = 3
"""Periods looked for in one cell, one after the other."""


class Scan(NamedTuple):
    """One cell and the periods that stand out there if every arrival were a coin of its own; found days set aside."""

    cell: Cell
    periods: list[Period]

    @property
    def period(self) -> Ints:
        """Tell which period each day lies in, from 1; 0 for the other days."""
        numbers = np.zeros(len(self.cell.days), np.int64)
        for number, found in enumerate(self.periods, start=1):
            numbers[found.first : found.end] = number
        return numbers

    @property
    def between_days(self) -> Spread:
        """Measure how the shares of the days vary around those of their periods."""
        return measure_spread(self.cell.left, self.cell.came, self.period, np.arange(len(self.cell.days)))

    def between_people(self, attempts: pl.DataFrame) -> Spread:
        """Measure how people vary around the shares of the periods, each over all of their days."""
        rows = attempts.filter(self.cell.tell_scope())
        day = np.searchsorted(np.array(self.cell.days, "datetime64[D]"), rows["day"].to_numpy())
        left = rows["left"].to_numpy().astype(np.int64)
        return measure_spread(left, np.ones_like(left), self.period[day], number_clusters(rows, "person"))


def scan_cell(cell: Cell, most_chance: float) -> Scan:
    """Scan a cell for one period after the other."""
    came, left = cell.came.copy(), cell.left.copy()
    periods: list[Period] = []
    while len(periods) < MOST_PERIODS:
        found = find_period(left, came)
        if found is None or found.chance > most_chance:
            break
        periods.append(found)
        came[found.first : found.end] = left[found.first : found.end] = 0
    return Scan(cell, periods)


def find_usual_spread(scans: Iterable[Scan]) -> float:
    """Find the middle one of the factors by which the days of the cells vary beyond the binomial.

    It holds for the cells of few days as well, which cannot tell: where all is counted many times, nothing is sure.
    """
    measured = [spread.factor for spread in (scan.between_days for scan in scans) if spread.freedom > 0]
    return float(np.median(measured)) if measured else 1.0
