"""Numbers in place of names, so that heavy work runs on integers."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Numbered:
    """The values of one column as numbers: row i bears `names[codes[i]]`; each name once, in no promised order."""

    codes: Ints
    names: pl.Series


def number_values(values: pl.Series) -> Numbered:
    """Number the distinct values of a text column without nulls.

    Only the first row of each run of equal values is looked up, and not even that where no value comes back in a later
    run, so a column sorted by its values costs next to nothing; where most differ from the row before, each is.
    """
    runs = values.rle_id().to_numpy().astype(np.int64)
    firsts = np.flatnonzero(mark_runs(runs))
    in_runs, heads = 2 * firsts.size < len(values), values.gather(firsts)
    if heads.is_sorted() or (in_runs and heads.n_unique() == heads.len()):
        return Numbered(runs, heads)
    heads = heads if in_runs else values
    codes = heads.cast(pl.Categorical(pl.Categories.random())).to_physical().to_numpy().astype(np.int64)
    where = np.zeros(int(codes.max(initial=-1)) + 1, np.int64)
    where[codes] = np.arange(codes.size)
    return Numbered(codes[runs] if in_runs else codes, heads.gather(where))


def mark_runs(values: Ints) -> Bools:
    """Mark the first row of each run of equal values."""
    firsts = np.ones(values.size, np.bool_)
    np.not_equal(values[1:], values[:-1], out=firsts[1:])
    return firsts


def mark_run_ends(values: Ints) -> Bools:
    """Mark the last row of each run of equal values."""
    lasts = np.ones(values.size, np.bool_)
    np.not_equal(values[1:], values[:-1], out=lasts[:-1])
    return lasts
