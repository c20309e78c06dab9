"""Pages of an invented shop whose truth is known: 6 slots, 30 products, one pair of neighbours changed on some pages."""

from typing import NamedTuple

import numpy as np
import polars as pl

from recommend import Impression

SLOTS = ("s1", "s2", "s3", "s4", "s5", "s6")
EXAMINATION = 1 / np.arange(1, 7)
"""A customer looks at the k-th slot once in k pages."""


class ShownPages(NamedTuple):
    impressions: pl.DataFrame
    attraction: dict[str, float]


def show_pages(
    seed: int,
    pages: int = 20_000,
    products: int = 30,
    share: float = 0.1,
    appeal: tuple[float, float] = (0.1, 0.6),
) -> ShownPages:
    """Show on each page six products drawn from all, the most attractive on top; on some, swap one adjacent pair.

    A product's attraction is even over `appeal`; a click comes with examination × attraction.
    """
    chance, count = np.random.default_rng(seed), len(SLOTS)
    attraction = chance.uniform(*appeal, products)
    drawn = np.argsort(chance.random((pages, products)), axis=1)[:, :count]
    shown = np.take_along_axis(drawn, np.argsort(-attraction[drawn], axis=1), axis=1)
    swapped = np.flatnonzero(chance.random(pages) < share)
    upper = chance.integers(count - 1, size=len(swapped))
    shown[swapped, upper], shown[swapped, upper + 1] = shown[swapped, upper + 1], shown[swapped, upper]
    clicked = chance.random(shown.shape) < EXAMINATION * attraction[shown]
    names = np.array([f"p{number:02}" for number in range(products)])
    rows = pl.DataFrame(
        {"slot": np.tile(SLOTS, pages), "item_id": names[shown.ravel()], "clicked": clicked.ravel().astype(np.int64)}
    )
    counts = (
        rows.group_by("slot", "item_id").agg(shown=pl.len(), clicked=pl.col("clicked").sum()).sort("slot", "item_id")
    )
    return ShownPages(
        Impression.cast(counts.with_columns(propensity=None)),
        dict(zip(names.tolist(), attraction.tolist(), strict=True)),
    )
