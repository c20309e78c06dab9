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
    rows = column.cast(pl.Categorical)
    names = rows.unique()
    in_order = names[names.cast(pl.String).arg_sort()]
    code = np.zeros(int(rows.to_physical().max() or 0) + 1, np.int64)
    code[in_order.to_physical().to_numpy()] = np.arange(len(names))
    return Coded(in_order.cast(pl.String), code[rows.to_physical().to_numpy()])
