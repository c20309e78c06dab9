"""Together: how many baskets hold both of two items, for all pairs of items at once."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.sparse import csr_array

from recommend.codes import IntArray

BoolArray = npt.NDArray[np.bool_]

BLOCK_WORK = 16_000_000
"""Multiplications of one block of the product: its result then fits into some 200 MB, however many rows there are."""


class Together(NamedTuple):
    """The pairs of items that met, as three columns, and what they are measured by."""

    first: IntArray
    """Code of the pair's first item, smaller than the second's."""
    second: IntArray
    both: IntArray
    """Baskets that hold both."""
    of_item: IntArray
    """Baskets that hold each item, by code."""
    sizes: IntArray
    """Items that each basket holds."""


def count_together(items: IntArray, baskets: pl.Series, least: int) -> Together:
    """Count the baskets that hold both of two items, for all pairs that meet `least` times or more.

    `items` are codes from 0, once a basket; `baskets` is as long, and equal names stand beside each other. Pairs come
    in the order of their codes.

    The counts are the upper half of the product of the item × basket table with its own transpose. Its rows are worked
    out in blocks, so that memory is bounded, on all cores, since scipy's product lets other threads run.
    """
    owner = baskets.rle_id().to_numpy().astype(np.int64)
    sizes, of_item = np.bincount(owner), np.bincount(items)
    table = _tabulate(items, owner, of_item >= least)
    mirror = table.T.tocsr()
    work = mirror @ np.diff(table.indptr)
    with ThreadPoolExecutor(pl.thread_pool_size()) as workers:
        parts = list(workers.map(lambda rows: _multiply(mirror, table, rows, least), cut_rows(work, BLOCK_WORK)))
    first, second, both = (np.concatenate([part[place] for part in parts]) for place in range(3))
    return Together(first, second, both, of_item, sizes)


def _tabulate(items: IntArray, owner: IntArray, common: BoolArray) -> csr_array:
    """Lay out the baskets × items that can make a pair: common items, in baskets that hold two of them."""
    kept = common[items]
    items, owner = items[kept].astype(np.int32), owner[kept]
    sizes = np.bincount(owner)
    codes = items[sizes[owner] > 1]
    starts = np.concatenate([[0], np.cumsum(sizes[sizes > 1])])
    return csr_array((np.ones(len(codes), np.int32), codes, starts), shape=(len(starts) - 1, len(common)))


def cut_rows(work: IntArray, most: int) -> list[slice]:
    """Cut rows into runs of about so much work."""
    done = np.cumsum(work)
    blocks = int(work.sum()) // most + 1
    inner = np.searchsorted(done, np.arange(1, blocks) * most)
    edges = [0, *inner.tolist(), len(work)]
    return [slice(begin, end) for begin, end in pairwise(edges)]


def _multiply(mirror: csr_array, table: csr_array, rows: slice, least: int) -> tuple[IntArray, IntArray, IntArray]:
    """Work out some rows of the product, and keep what lies above the diagonal and reaches the least count."""
    block = mirror[rows] @ table
    first = np.repeat(np.arange(rows.start, rows.stop), np.diff(block.indptr))
    kept = np.flatnonzero((block.data >= least) & (block.indices > first))
    first, second, both = first[kept], block.indices[kept].astype(np.int64), block.data[kept].astype(np.int64)
    order = np.argsort(first * mirror.shape[0] + second)
    return first[order], second[order], both[order]
