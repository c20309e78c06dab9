"""Columns of numbers: how the room keeps millions of clicks without millions of objects."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Codes: TypeAlias = npt.NDArray[np.int32]
"""Small numbers that stand for things: pages, products, visits. -1 stands for none."""

Millis: TypeAlias = npt.NDArray[np.int64]
"""Moments in milliseconds since 1970 UTC, lengths of time in milliseconds, or wide random numbers."""

Floats: TypeAlias = npt.NDArray[np.float64]
Flags: TypeAlias = npt.NDArray[np.bool_]

NONE = -1

SECOND_MS = 1_000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS


def draw_rows(uniform: Floats, cumulative: Floats, rows: Codes) -> Codes:
    """Draw one column from the wanted row of a table of cumulative shares, for each uniform number.

    Each row of `cumulative` ends at 1. All rows are searched as one: row r is lifted by r.
    """
    lifted: Floats = (cumulative + np.arange(len(cumulative))[:, None]).ravel()
    found = np.searchsorted(lifted, rows + uniform, side="right") - rows.astype(np.int64) * cumulative.shape[1]
    return np.asarray(np.clip(found, 0, cumulative.shape[1] - 1), dtype=np.int32)


def cumulate(shares: Floats) -> Floats:
    """Turn rows of weights into rows of cumulative shares that end at exactly 1."""
    cumulative = np.cumsum(shares, axis=1)
    return np.asarray(cumulative / cumulative[:, -1:], dtype=np.float64)
