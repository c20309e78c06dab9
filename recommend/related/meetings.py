"""Meetings: how many baskets hold both of two items, counted and weighed at once, for all ordered pairs of items."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, Self

import numpy as np
import polars as pl
from scipy.sparse import csr_array

from recommend.codes import FloatArray, IntArray
from recommend.related.together import BoolArray, cut_rows

BLOCK_WORK = 4_000_000
"""Multiplications of one block of the product: its result then fits into some 100 MB."""


class Meetings(NamedTuple):
    """The ordered pairs of items that met, as columns, in the order of their codes."""

    asked: IntArray
    """Code of the item that is asked about."""
    told: IntArray
    """Code of the item that was in the same basket; another one."""
    both: IntArray
    """Baskets that hold both."""
    weight: FloatArray
    """The weights of these baskets, added up."""

    def choose(self, kept: BoolArray) -> Self:
        """Choose some of the pairs."""
        return type(self)(self.asked[kept], self.told[kept], self.both[kept], self.weight[kept])


def count_meetings(
    asked: csr_array, told: csr_array, weight: FloatArray, least: int, choose: Callable[[Meetings], Meetings]
) -> Meetings:
    """Count the baskets in which an asked item met a told one, and add up their weights; `least` baskets or more.

    Both tables are baskets × items of ones; `weight` has one number a basket. The product of the one table with the
    other is worked out once for both sums: 1 + i·w is what a basket puts in, so that the real part counts and the
    imaginary part weighs. Its rows come in blocks, on all cores; `choose` says which stay of all that the items of a
    block met, so that memory is bounded.
    """
    owner = np.repeat(np.arange(asked.shape[0]), np.diff(asked.indptr))
    weighed = csr_array((1 + 1j * weight[owner], asked.indices, asked.indptr), shape=asked.shape)
    mirror, ones = weighed.T.tocsr(), told.astype(np.complex128)
    work = np.rint((mirror @ np.diff(told.indptr)).real).astype(np.int64)
    with ThreadPoolExecutor(pl.thread_pool_size()) as workers:
        blocks = cut_rows(work, BLOCK_WORK)
        parts = list(workers.map(lambda rows: choose(_multiply(mirror, ones, rows, least)), blocks))
    return Meetings(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _multiply(mirror: csr_array, table: csr_array, rows: slice, least: int) -> Meetings:
    """Work out some rows of the product, and keep what is no item with itself and reaches the least count."""
    block = mirror[rows] @ table
    asked = np.repeat(np.arange(rows.start, rows.stop), np.diff(block.indptr))
    both = np.rint(block.data.real).astype(np.int64)
    kept = np.flatnonzero((both >= least) & (block.indices != asked))
    asked, told = asked[kept], block.indices[kept].astype(np.int64)
    order = np.argsort(asked * table.shape[1] + told)
    return Meetings(asked[order], told[order], both[kept][order], block.data.imag[kept][order])
