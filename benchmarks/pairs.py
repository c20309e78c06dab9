"""Ask what interval, ratio and q-value of each pair cost beside the bare product of the table."""

from typing import NamedTuple

import dataframely as dy
import numpy as np
import polars as pl
from scipy.sparse import csr_array

from benchmarks.measurement import Detail, Finding, Race, Rival
from recommend import Basket, Pair, PairSettings, count_pairs

ITEMS = 10_000
ITEMS_A_BASKET = 5


class Baskets(NamedTuple):
    """The same baskets with names, and as a table of ones."""

    frame: dy.DataFrame[Basket]
    table: csr_array


def prepare(rows: int) -> Baskets:
    chance = np.random.default_rng(1)
    count = max(1, rows // ITEMS_A_BASKET)
    fame = 1 / (np.arange(ITEMS) + 20)
    drawn = int(rows * 1.1)
    item = chance.choice(ITEMS, drawn, p=fame / fame.sum())
    lines = pl.DataFrame({"owner": chance.integers(0, count, drawn), "item": item}).unique().sort("owner", "item")
    lines = lines.head(rows)
    # Everybody has one basket, so that the frame tells no more than the table that the rival multiplies.
    frame = lines.select(
        basket=pl.col("owner").cast(pl.String).str.pad_start(32, "0"),
        person_id=pl.concat_str(pl.lit("C"), pl.col("owner").cast(pl.String).str.pad_start(31, "0")),
        item_id=pl.concat_str(pl.lit("P"), pl.col("item").cast(pl.String).str.pad_start(6, "0")),
    )
    places = (lines["owner"].to_numpy(), lines["item"].to_numpy())
    return Baskets(Basket.cast(frame), csr_array((np.ones(lines.height, np.int32), places), shape=(count, ITEMS)))


def count_by_ours(baskets: Baskets) -> dy.DataFrame[Pair]:
    return count_pairs(baskets.frame, PairSettings())


def multiply(baskets: Baskets) -> csr_array:
    product: csr_array = baskets.table.T @ baskets.table
    return product


def compare(baskets: Baskets) -> Detail:
    """Compare the number and sum of the counts above 1."""
    ours, product = count_by_ours(baskets), multiply(baskets).tocoo()
    theirs = product.data[(product.coords[0] < product.coords[1]) & (product.data > 1)]
    assert (ours.height, ours["baskets"].sum()) == (len(theirs), theirs.sum()), "the bare product counts otherwise"
    return {"pairs": ours.height}


RACE = Race(
    "pairs with interval, ratio and q-value",
    5_000_000,
    prepare,
    count_by_ours,
    (Rival("bare scipy product", multiply, "<= 1.5"),),
    compare,
)


def answer(rows: int | None) -> list[Finding]:
    return RACE.run("benchmarks.pairs:RACE", rows)
