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
    marked = column.cast(pl.Categorical)
    unique = marked.unique()
    in_order = unique[unique.cast(pl.String).arg_sort()]
    marks, mark_of = marked.to_physical().to_numpy(), in_order.to_physical().to_numpy()
    code_of = np.zeros(mark_of.max(initial=0) + 1, np.int64)
    code_of[mark_of] = np.arange(len(mark_of))
    return Coded(in_order.cast(pl.String), code_of[marks])
