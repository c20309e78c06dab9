"""Naming: rows that were counted by number get their names, and the order of their names."""

from collections.abc import Mapping

import numpy as np
import polars as pl

from paths.graph.tally import Floats, Tally
from paths.rows.numbering import Ints
from paths.rows.order import order_rows


def name_tally(told: Tally, names: Mapping[str, pl.Series]) -> tuple[pl.DataFrame, dict[str, Ints]]:
    """Make a table of a tally whose keys are numbers of these names, the first weighing most; sorted by the names.

    Numbers are sorted in the names' stead, since there are few names and many rows. Returned beside it: the numbers.
    """
    parts = np.unravel_index(told.key, [max(len(values), 1) for values in names.values()])
    ranks = [rank_names(values)[part] for values, part in zip(names.values(), parts, strict=True)]
    order = order_rows(ranks)
    numbers = {name: part[order] for name, part in zip(names, parts, strict=True)}
    columns = {name: values.gather(numbers[name]) for name, values in names.items()}
    measures = {name: values[order] for name, values in told._asdict().items() if name != "key"}
    return pl.DataFrame(columns | measures), numbers


def rank_names(names: pl.Series) -> Ints:
    """Rank names from 0 in the order of their bytes."""
    ranks = np.empty(len(names), np.int64)
    ranks[names.arg_sort().to_numpy()] = np.arange(len(names))
    return ranks


def share_within(clicks: Ints, *numbers: Ints) -> Floats:
    """Divide each row's clicks by those of all rows that bear the same numbers.

    >>> share_within(np.array([1, 3, 5]), np.array([0, 0, 1])).tolist()
    [0.25, 0.75, 1.0]
    """
    shares: Floats = clicks / total_within(clicks, *numbers)
    return shares


def total_within(clicks: Ints, *numbers: Ints) -> Floats:
    """Add up the clicks of all rows that bear the same numbers, for each row; exact below 2⁵³ clicks."""
    if not clicks.size:
        return np.zeros(0)
    key = numbers[0]
    for number in numbers[1:]:
        key = key * (int(number.max()) + 1) + number
    _, group = np.unique(key, return_inverse=True)
    return np.bincount(group, clicks).astype(np.float64)[group]
