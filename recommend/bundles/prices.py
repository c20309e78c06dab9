"""Prices: what each item of a bundle costs and earns, with nothing missing."""

from collections.abc import Iterable
from typing import NamedTuple

import dataframely as dy
import polars as pl

from ingest import Product
from recommend.bundles.candidates import Candidate

SHOWN = 5
"""Items that a fault names; beyond them it says how many more."""


class Fault(NamedTuple):
    """One thing that can be wrong with an item's price."""

    mark: str
    """What stands against a bundle with it (`Candidate.barred`)."""
    what: str
    how: str
    found: pl.Expr


FAULTS = (
    Fault("not on sale", "no row in the catalogue", "add them, or leave them out", pl.col("known").is_null()),
    Fault("no price", "no price", "fill in `price`", pl.col("known") & pl.col("price").is_null()),
    Fault(
        "no price",
        "a price that is no number above 0",
        "give the price of one piece; a gift is no part of a bundle",
        (pl.col("price") <= 0) | ~pl.col("price").is_finite(),
    ),
    Fault(
        "no margin",
        "no margin",
        "fill in `margin`, what one sale earns",
        pl.col("known") & pl.col("margin").is_null(),
    ),
    Fault(
        "no margin",
        "a margin that is no number",
        "give what one sale earns, below 0 for a loss",
        ~pl.col("margin").is_finite(),
    ),
    Fault(
        "no margin",
        "a margin above the price",
        "give what is left of the price after its cost",
        pl.col("margin") > pl.col("price"),
    ),
)


class PriceError(ValueError):
    """Products that cannot be priced in a bundle: which, why, and what to do, all at once."""


def take_prices(products: dy.DataFrame[Product], items: Iterable[str]) -> pl.DataFrame:
    """Take the price and the margin of the items, sorted by item; raise PriceError with all faults at once."""
    found = _find(products, items)
    faults = [_tell(found.filter(fault.found)["item_id"].to_list(), fault) for fault in FAULTS]
    if any(faults):
        raise PriceError(f"The bundles cannot be priced: {'; '.join(filter(None, faults))}.")
    return found.drop("known")


def bar_unpriced(candidates: dy.DataFrame[Candidate], products: dy.DataFrame[Product]) -> dy.DataFrame[Candidate]:
    """Bar the candidates with an item that has no usable price or margin; what is barred already stays so."""
    found = _find(products, candidates["items"].explode().drop_nulls())
    for mark in ("not on sale", "no price", "no margin"):
        marked = pl.any_horizontal(fault.found.fill_null(False) for fault in FAULTS if fault.mark == mark)
        items = found.filter(marked)["item_id"].to_list()
        holds = pl.col("items").list.set_intersection(items).list.len() > 0
        candidates = Candidate.cast(
            candidates.with_columns(barred=pl.coalesce("barred", pl.when(holds).then(pl.lit(mark))))
        )
    return candidates


def _find(products: dy.DataFrame[Product], items: Iterable[str]) -> pl.DataFrame:
    asked = pl.DataFrame({"item_id": sorted(set(items))}, schema={"item_id": pl.String})
    shelves = products.select("item_id", "price", "margin", known=True)
    return asked.join(shelves, on="item_id", how="left", maintain_order="left")


def _tell(items: list[str], fault: Fault) -> str:
    if not items:
        return ""
    more = f" and {len(items) - SHOWN} more" if len(items) > SHOWN else ""
    return f"{', '.join(items[:SHOWN])}{more}: {fault.what}: {fault.how}"
