"""Prices: what each item of a bundle costs and earns, with nothing missing."""

from collections.abc import Iterable

import dataframely as dy
import polars as pl

from ingest import Product

SHOWN = 5
"""Items that a fault names; beyond them it says how many more."""

FAULTS = (
    ("no row in the catalogue", "add them, or leave them out of the bundles", pl.col("known").is_null()),
    ("no price", "fill in `price`", pl.col("known") & pl.col("price").is_null()),
    ("no margin", "fill in `margin`, what one sale earns", pl.col("known") & pl.col("margin").is_null()),
    (
        "a price that is no number above 0",
        "give the price of one piece; a gift is no part of a bundle",
        (pl.col("price") <= 0) | ~pl.col("price").is_finite(),
    ),
    (
        "a margin that is no number",
        "give what one sale earns, below 0 for a loss",
        ~pl.col("margin").is_finite(),
    ),
    (
        "a margin above the price",
        "give what is left of the price after its cost",
        pl.col("margin") > pl.col("price"),
    ),
)  # fmt: skip


class PriceError(ValueError):
    """Products that cannot be priced in a bundle: which, why, and what to do, all at once."""


def take_prices(products: dy.DataFrame[Product], items: Iterable[str]) -> pl.DataFrame:
    """Take the price and the margin of the items, sorted by item; raise PriceError with all faults at once."""
    asked = pl.DataFrame({"item_id": sorted(set(items))}, schema={"item_id": pl.String})
    found = asked.join(
        products.select("item_id", "price", "margin", known=True), on="item_id", how="left", maintain_order="left"
    )
    faults = [_tell(found.filter(fault)["item_id"].to_list(), what, how) for what, how, fault in FAULTS]
    if any(faults):
        raise PriceError(f"The bundles cannot be priced: {'; '.join(filter(None, faults))}.")
    return found.drop("known")


def _tell(items: list[str], what: str, how: str) -> str:
    if not items:
        return ""
    more = f" and {len(items) - SHOWN} more" if len(items) > SHOWN else ""
    return f"{', '.join(items[:SHOWN])}{more}: {what}: {how}"
