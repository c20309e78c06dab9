"""Reasons: why a session began."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

CUTS = {
    "first": "the visitor's first event",
    "pause": "a pause longer than `pause_minutes` before it",
    "login": "the login of another customer than the session's",
    "campaign": "an event of another campaign than the session's",
    "separator": "a separator event, or the event before it was an ending one",
    "midnight": "the first event after midnight in the operator's zone",
    "longest": "it lies further than `longest_hours` behind the first of the session before",
}
"""Why a session may begin; the first here is told where several hold: what visitors do goes before what clocks do."""

Flags = NDArray[np.bool_]
Rows = NDArray[np.int64]


def choose_reasons(holds: dict[str, Flags]) -> NDArray[np.uint32]:
    """Number for each cut the first reason that holds, in the order of `CUTS`; the last one where none is given."""
    names = [name for name in CUTS if name in holds]
    return np.select([holds[name] for name in names], [_number(name) for name in names], _number("longest"))


def name_cuts(rows: int, cuts: Rows, reasons: NDArray[np.uint32]) -> pl.Series:
    """Name the reason on each row that is a cut; null on the others."""
    numbers = np.zeros(rows, np.uint32)
    numbers[cuts] = reasons + 1
    return pl.Series("cut", [None, *CUTS], pl.String).gather(numbers)


def _number(name: str) -> np.uint32:
    return np.uint32(list(CUTS).index(name))
