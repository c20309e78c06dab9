"""Itemsets: which items come together in ones, twos, threes and more, each size grown from the one below."""

from typing import NamedTuple

import dataframely as dy
import numpy as np
import polars as pl
from scipy.sparse import csr_array

from recommend.baskets import Basket, sort_baskets
from recommend.codes import IntArray, code_names
from recommend.related.bound import Bound
from recommend.related.clusters import Clusters, cluster_sets, number_people
from recommend.related.draws import MOST_PLACES
from recommend.related.extended import Extended, Wanted, extend_sets, narrow_sets

MOST_HELD = 250_000_000
"""Baskets of sets, those of each set by themselves, that memory has room for while sets grow: 16 bytes each."""
HELD = "baskets would have to be remembered for the sets that they hold"


class Shelf(NamedTuple):
    """The items that come often enough, those in fewest baskets first, and which baskets hold them."""

    names: pl.Series
    """Each item's name, by code."""
    table: csr_array
    """Baskets × items, ones; a basket that holds none of the items has an empty row."""
    sizes: IntArray
    """Items that each basket holds, rare ones too."""
    drawn: IntArray
    """Baskets of at most MOST_PLACES items that hold each item: by code, behind them those of the rare ones."""
    people: IntArray | None
    """The person of each basket, as a number; None: nobody has two."""


class Level(NamedTuple):
    """Sets of items, all of one size: each a set that is one smaller, and an item behind its last."""

    parent: IntArray
    """Place of the smaller set in the level below; sets come in the order of parents, then of items."""
    item: IntArray
    """Code of the last item."""
    baskets: IntArray
    """Baskets that hold the whole set."""
    sizes: csr_array
    """Sets × items of a basket: how many of those baskets are so large, all above MOST_PLACES as one more than that."""
    clusters: Clusters
    """Who stands behind those baskets."""


def fill_shelf(baskets: dy.DataFrame[Basket], least: int) -> Shelf:
    """Lay out the baskets × the items that are in `least` of them or more."""
    baskets = sort_baskets(baskets)
    owner, items = baskets["basket"].rle_id().to_numpy().astype(np.int64), code_names(baskets["item_id"])
    of_item, sizes = np.bincount(items.codes), np.bincount(owner)
    rare_first = np.argsort(of_item, kind="stable")
    rare, order = np.split(rare_first, np.searchsorted(of_item[rare_first], [least]))
    drawn = np.bincount(items.codes[sizes[owner] <= MOST_PLACES], minlength=len(of_item))
    place = np.full(len(of_item), -1)
    place[order] = np.arange(len(order))
    columns = place[items.codes]
    kept = columns >= 0
    cells = (owner[kept], columns[kept])
    table = csr_array((np.ones(len(cells[0]), np.int32), cells), shape=(len(sizes), len(order)))
    names = items.names.gather(pl.Series(order, dtype=pl.Int64))
    return Shelf(names, table, sizes, drawn[np.concatenate([order, rare])], number_people(baskets))


def grow_itemsets(shelf: Shelf, least: int, most_items: int, bound: Bound | None = None) -> list[Level]:
    """Grow all sets of at most `most_items` items that `least` baskets or more hold; the first level is single items.

    The shelf's items are each in `least` baskets or more. A set is frequent only if all smaller sets in it are
    (R. Agrawal and R. Srikant, 1994), so each level is counted from the one below, by one product of tables. Rare
    items come first, so that most sets are grown from few baskets. Raises TooManySetsError where there are more sets of
    two items and more than the bound, or where they are in more baskets than memory holds.
    """
    levels, held = [list_items(shelf)], shelf.table.T.tocsr()
    while len(levels) < most_items:
        extended = extend_sets(held, levels[-1].item, shelf.table, Wanted(least, bound))
        if not len(extended.item):
            break
        if bound is not None:
            bound.also(MOST_HELD, HELD).add(int(np.diff(held.indptr)[extended.row].sum()))
        held = narrow_sets(held, extended, shelf.table)
        levels.append(size_up(extended, held, shelf))
    return levels


def link_items(pairs: pl.DataFrame, shelf: Shelf) -> csr_array:
    """Lay out pairs, with the columns item_a and item_b, as ones in a table of items × items, above the diagonal."""
    code = dict(zip(shelf.names, range(len(shelf.names)), strict=True))
    known = pairs.filter(pl.all_horizontal(pl.col("item_a", "item_b").is_in(shelf.names.implode())))
    ends = [known[side].replace_strict(code, return_dtype=pl.Int64).to_numpy() for side in ("item_a", "item_b")]
    first, second = np.sort(np.array(ends), axis=0)
    return csr_array((np.ones(len(first), np.int32), (first, second)), shape=(len(code), len(code)))


def list_items(shelf: Shelf) -> Level:
    """List the shelf's items as the lowest level."""
    held = shelf.table.T.tocsr()
    items = np.arange(held.shape[0])
    return size_up(Extended(np.zeros_like(items), items, np.diff(held.indptr)), held, shelf)


def size_up(extended: Extended, held: csr_array, shelf: Shelf) -> Level:
    """Put sets and the baskets that hold them (sets × baskets) into a level."""
    size = np.minimum(shelf.sizes, MOST_PLACES + 1)
    width = int(size.max(initial=0)) + 1
    of_size = csr_array((np.ones_like(size), size, np.arange(len(size) + 1)), shape=(len(size), width))
    return Level(*extended, sizes=held @ of_size, clusters=cluster_sets(held, shelf.people))


def spell_sets(levels: list[Level]) -> IntArray:
    """Write out the sets of the last level, one a row, as item codes that rise."""
    sets = levels[0].item[:, None]
    for level in levels[1:]:
        sets = np.hstack([sets[level.parent], level.item[:, None]])
    return sets


def find_sets(levels: list[Level], items: IntArray) -> IntArray:
    """Find the places of sets in their level, given one a row as item codes that rise; each must be there."""
    width, place = len(levels[0].item), items[:, 0]
    for level, item in zip(levels[1:], items.T[1:], strict=False):
        place = np.searchsorted(level.parent * width + level.item, place * width + item)
    return place


def name_items(items: IntArray, names: pl.Series) -> pl.Series:
    """Put names for the codes of sets, one a row: a list for each, sorted."""
    flat = names.gather(pl.Series(items.ravel(), dtype=pl.Int64))
    return flat.reshape(items.shape).arr.to_list().list.sort()
