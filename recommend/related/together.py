"""Together: how many baskets hold both of two items, for all of them at once."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.sparse import csr_array

from recommend.codes import IntArray
from recommend.related.bound import Bound

BoolArray = npt.NDArray[np.bool_]
Int32Array = npt.NDArray[np.int32]

BLOCK_WORK = 1_000_000
"""Pairs in baskets that are sorted at a time, in some 50 MB."""


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


class Shelved(NamedTuple):
    """What the baskets hold, and where each item stands in them."""

    items: Int32Array
    """Items of the first basket, rising; of the second; …"""
    places: Int32Array
    """Places in `items` of the first item; of the second; …"""
    behind: Int32Array
    """For each of `places`, how many items stand behind it in its basket."""
    starts: Int32Array
    """Where each item's `places` begin; one more than there are items."""


def count_together(items: IntArray, baskets: pl.Series, least: int, bound: Bound | None = None) -> Together:
    """Count the baskets that hold both of two items, for all pairs that meet `least` times or more.

    `items` are codes from 0, once a basket; `baskets` is as long, and equal names stand beside each other. Pairs come
    in the order of their codes. Raises TooManySetsError where there are more of them than the bound.

    Each item is paired with those behind it in its baskets, and equal pairs are sorted beside each other. Rare items
    stand first, so that no item has more pairs than there are rows: the k-th commonest is in a k-th as many baskets at
    most, with k - 1 items behind it.
    """
    owner = baskets.rle_id().to_numpy().astype(np.int64)
    sizes, of_item = np.bincount(owner), np.bincount(items)
    rare_first = np.argsort(of_item, kind="stable")
    kept = of_item[items] >= least
    shelved = _shelve(owner[kept], np.argsort(rare_first)[items[kept]], (len(sizes), len(of_item)))
    one, other, both = _pair_all(shelved, least, bound)
    one, other = rare_first[one], rare_first[other]
    table = csr_array((both, (np.minimum(one, other), np.maximum(one, other))), shape=(len(of_item), len(of_item)))
    first = np.repeat(np.arange(len(of_item)), np.diff(table.indptr))
    return Together(first, table.indices.astype(np.int64), table.data, of_item, sizes)


def _shelve(owner: IntArray, items: IntArray, shape: tuple[int, int]) -> Shelved:
    """Put the items of each basket in order; `shape` is the number of baskets and of items."""
    baskets, items = np.divmod(np.sort(owner * shape[1] + items), shape[1])
    ends = np.cumsum(np.bincount(baskets, minlength=shape[0]))
    held = items.astype(np.int32)
    numbered = (np.arange(len(held), dtype=np.int32), held, np.concatenate([[0], ends]))
    table = csr_array(numbered, shape=shape).tocsc()
    behind = ends[table.indices].astype(np.int32) - 1 - table.data
    return Shelved(held, table.data, behind, table.indptr.astype(np.int32))


def _pair_all(shelved: Shelved, least: int, bound: Bound | None) -> list[IntArray]:
    """Pair all items, in blocks, so that memory is bounded, on all cores, since NumPy lets other threads run."""
    pairs = np.concatenate([[0], np.cumsum(shelved.behind, dtype=np.int64)])
    blocks = cut_rows(np.diff(pairs[shelved.starts]), BLOCK_WORK)
    with ThreadPoolExecutor(pl.thread_pool_size()) as workers:
        parts = list(workers.map(lambda rows: _pair_some(shelved, rows, least, bound), blocks))
    return [np.concatenate(columns) for columns in zip(*parts, strict=True)]


def _pair_some(shelved: Shelved, rows: slice, least: int, bound: Bound | None) -> tuple[IntArray, IntArray, IntArray]:
    """Pair some items with those behind them; tell both, and how often, where that is the least count or more."""
    if bound is not None:
        bound.check()
    width = len(shelved.starts) - 1
    starts = shelved.starts[rows.start : rows.stop + 1]
    part = slice(starts[0], starts[-1])
    behind = shelved.behind[part].astype(np.int64)
    pairs = np.repeat(np.repeat(np.arange(rows.start, rows.stop) * width, np.diff(starts)), behind)
    shift = shelved.places[part] + 1 - (np.cumsum(behind) - behind)
    pairs += shelved.items[np.repeat(shift, behind) + np.arange(len(pairs))]
    pairs.sort()
    begins = np.flatnonzero(np.concatenate([[True], pairs[1:] != pairs[:-1]]))
    both = np.diff(begins, append=len(pairs))
    kept = both >= least
    if bound is not None:
        bound.add(int(kept.sum()))
    one, other = np.divmod(pairs[begins[kept]], width)
    return one, other, both[kept]


def cut_rows(work: IntArray, most: int) -> list[slice]:
    """Cut rows into runs of about so much work."""
    done = np.cumsum(work)
    blocks = int(work.sum()) // most + 1
    inner = np.searchsorted(done, np.arange(1, blocks) * most)
    edges = [0, *inner.tolist(), len(work)]
    return [slice(begin, end) for begin, end in pairwise(edges)]
