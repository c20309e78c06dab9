"""Shops of odd shapes in which nothing but chance ties the items, for what must find nothing there."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import polars as pl

from evaluation import shuffle_baskets
from recommend import Basket

Held = npt.NDArray[np.bool_]


def _draw_each(random: np.random.Generator, shares: list[float]) -> Held:
    """Let each basket hold each item with its share of all baskets."""
    return random.random((2000, len(shares))) < shares


def _draw_equal(random: np.random.Generator) -> Held:
    """Let each basket hold four of twelve items, of which one is twelve times as well known as another."""
    known = random.gumbel(size=(2000, 12)) - np.log(np.arange(1, 13))
    return known.argsort(axis=1).argsort(axis=1) >= 8


def _draw_mixed(random: np.random.Generator) -> Held:
    """Let a quarter of the baskets be large: six items are in most of these, and hardly in any other."""
    large = random.random((1000, 1)) < 0.25
    common, rare = np.where(large, 0.9, 0.05), np.where(large, 0.15, 0.02)
    return random.random((1000, 22)) < np.hstack([np.repeat(common, 6, axis=1), np.repeat(rare, 16, axis=1)])


RARE = [0.2, 0.1, 0.1, 0.1, 0.05]
SHAPES: dict[str, Callable[[np.random.Generator], Held]] = {
    "one item in nine baskets of ten": lambda random: _draw_each(random, [0.9, 0.5, 0.3, *RARE]),
    "two items in every other basket": lambda random: _draw_each(random, [0.6, 0.5, 0.3, *RARE]),
    "baskets of four": _draw_equal,
    "large baskets and small": _draw_mixed,
}


def shuffle_shop(shape: str, seed: int) -> pl.DataFrame:
    """Draw a shop of a shape, and shuffle it."""
    basket, item = np.nonzero(SHAPES[shape](np.random.default_rng(seed)))
    rows = pl.DataFrame({"basket": basket, "item_id": item}).with_columns(
        pl.format("{}", pl.col("basket") + 10_000).alias("basket"),
        pl.format("i{}", pl.col("item_id") + 10).alias("item_id"),
        pl.lit(None, pl.String).alias("person_id"),
    )
    return Basket.validate(shuffle_baskets(rows, seed))
