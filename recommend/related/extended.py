"""Extended sets: how many baskets hold a set of items and one item more, for many sets at once."""

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.sparse import csr_array

from recommend.codes import IntArray
from recommend.related.bound import Bound
from recommend.related.together import BoolArray, cut_rows

CodeArray = npt.NDArray[np.int32] | IntArray

BLOCK_WORK = 16_000_000
"""Multiplications of one block of the product: its result then fits into some 200 MB, however many rows there are."""


class Extended(NamedTuple):
    """Sets of items, each an older set and one item more, as three columns."""

    row: IntArray
    """Row of the older set."""
    item: IntArray
    """Code of the item that came on, larger than all that were there."""
    baskets: IntArray
    """Baskets that hold them all."""


class Wanted(NamedTuple):
    """Which extended sets are wanted."""

    least: int
    """Baskets that must hold all of a set."""
    bound: Bound | None = None
    """How many sets there may be; None where `among` says enough."""
    among: csr_array | None = None
    """Rows × items, ones where an older set and an item more are asked about; None: all are."""


def extend_sets(held: csr_array, last: IntArray, table: csr_array, wanted: Wanted) -> Extended:
    """Extend sets of items by each item behind their last, as far as the extended ones are wanted.

    `held` says which baskets hold each set (sets × baskets), `last` is each set's largest item, `table` says what the
    baskets hold (baskets × items). Comes in the order of rows, then of items. Raises TooManySetsError where there are
    more of them than the bound.

    The counts of all sets with all items are the product of the two tables. Its rows are worked out in blocks, so that
    memory is bounded, on all cores, since scipy's product lets other threads run.
    """
    if wanted.among is not None:
        held = _keep_cells(held, np.repeat(np.diff(wanted.among.indptr) > 0, np.diff(held.indptr)))
        table = _keep_cells(table, np.bincount(wanted.among.indices, minlength=table.shape[1])[table.indices] > 0)
    work = held @ np.diff(table.indptr)
    with ThreadPoolExecutor(pl.thread_pool_size()) as workers:
        parts = list(workers.map(lambda rows: _multiply(held, last, table, rows, wanted), cut_rows(work, BLOCK_WORK)))
    return Extended(*(np.concatenate([part[place] for part in parts]) for place in range(3)))


def narrow_sets(held: csr_array, extended: Extended, table: csr_array) -> csr_array:
    """Keep of each older set's baskets those that hold its new item too: extended sets × baskets."""
    older = held[extended.row]
    return _keep_cells(older, read_cells(table, older.indices, np.repeat(extended.item, np.diff(older.indptr))) > 0)


def read_cells(table: csr_array, rows: CodeArray, columns: IntArray) -> IntArray:
    """Read single cells of a table; none where none are asked, for which scipy answers a table."""
    cells: IntArray = table[rows, columns] if len(rows) else np.empty(0, np.int64)
    return cells


def _keep_cells(table: csr_array, kept: BoolArray) -> csr_array:
    """Keep some of a table's cells, marked in their order."""
    starts = np.concatenate([[0], np.cumsum(kept)])[table.indptr]
    return csr_array((table.data[kept], table.indices[kept], starts), shape=table.shape)


def _multiply(held: csr_array, last: IntArray, table: csr_array, rows: slice, wanted: Wanted) -> Extended:
    """Work out some rows of the product, and keep what lies behind each row's last item and is wanted."""
    if wanted.bound is not None:
        wanted.bound.check()
    block = held[rows] @ table
    if wanted.among is not None:
        block = csr_array(block.multiply(wanted.among[rows]))
    row = np.repeat(np.arange(rows.start, rows.stop), np.diff(block.indptr))
    kept = np.flatnonzero((block.data >= wanted.least) & (block.indices > last[row]))
    if wanted.bound is not None:
        wanted.bound.add(len(kept))
    row, item, baskets = row[kept], block.indices[kept].astype(np.int64), block.data[kept].astype(np.int64)
    order = np.argsort(row * table.shape[1] + item)
    return Extended(row[order], item[order], baskets[order])
