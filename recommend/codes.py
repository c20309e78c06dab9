"""Codes: whole numbers in place of names, since counting on numbers is many times faster."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]


class Coded(NamedTuple):
    """A column of names as places in the sorted list of its unique names."""

    names: pl.Series
    codes: IntArray


def code_names(column: pl.Series) -> Coded:
    """Number the names of a column from 0 in their sorted order, so that the numbers do not hang on the rows' order."""
    names = column.cast(pl.Categorical).unique().cast(pl.String).sort()
    if names.is_empty():
        return Coded(names, np.empty(0, np.int64))
    return Coded(names, column.cast(pl.Enum(names)).to_physical().to_numpy().astype(np.int64))
