"""Shuffling: baskets in which nothing but chance ties the items, to see what a test makes of chance."""

import numpy as np
import numpy.typing as npt
import polars as pl

IntArray = npt.NDArray[np.int64]


def shuffle_baskets(baskets: pl.DataFrame, seed: int, rounds: int = 10) -> pl.DataFrame:
    """Deal the items of baskets out anew: each basket keeps its size, each item its number of baskets.

    `baskets` has one row for each item of each basket, with the columns `basket` and `item_id`; what else it says of a
    basket stays. In each round all baskets are matched two and two at random, and each two trade: what both hold stays,
    the rest is mixed and dealt out again (G. Strona et al., 2014, the curveball algorithm; all baskets at once: C. J.
    Carstens et al., 2018). All shuffles with these margins come equally often if there are enough rounds. Sorted by
    basket and item.
    """
    names = baskets["item_id"].unique().sort()
    owner = baskets["basket"].rank("dense").to_numpy().astype(np.int64) - 1
    item = names.search_sorted(baskets["item_id"]).to_numpy().astype(np.int64)
    chance = np.random.default_rng(seed)
    for _ in range(rounds):
        item = _trade(owner, item, chance)
    return baskets.with_columns(item_id=names.gather(pl.Series(item))).sort("basket", "item_id")


def _trade(owner: IntArray, item: IntArray, chance: np.random.Generator) -> IntArray:
    """Let each two baskets trade once; of an odd number one is left out."""
    count = owner.max(initial=-1) + 1
    pair = (chance.permutation(count) // 2)[owner]
    held = pair * (item.max(initial=0) + 1) + item
    order = np.argsort(held)
    twin = held[order][1:] == held[order][:-1]
    shared = np.zeros(len(item), np.bool_)
    shared[order[1:][twin]] = shared[order[:-1][twin]] = True
    free = np.flatnonzero(~shared)
    drawn = chance.integers(2**32, size=len(free))
    places, mixed = free[np.argsort(pair[free])], free[np.argsort((pair[free] << 32) + drawn)]
    dealt = item.copy()
    dealt[places] = item[mixed]
    return dealt
