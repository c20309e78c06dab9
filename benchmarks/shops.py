"""Shops: the baskets of three real shops, in the order of time."""

import gzip
import os
import sys
from pathlib import Path

import dataframely as dy
import polars as pl

from recommend import Basket

SHOPS = ("groceries", "belgian_retail", "online_retail_ii")


def read_shops() -> dict[str, dy.DataFrame[Basket]]:
    """Read the baskets of each shop; none where the folder of real data is not named."""
    if "ECHANNEL_TEST_DATA" not in os.environ:
        print("left out; set ECHANNEL_TEST_DATA to the folder with the real data sets", file=sys.stderr)
        return {}
    return {shop: read_shop(Path(os.environ["ECHANNEL_TEST_DATA"]), shop) for shop in SHOPS}


def read_shop(folder: Path, shop: str) -> dy.DataFrame[Basket]:
    """Read the baskets of one shop, numbered in the order in which they came."""
    if shop == "online_retail_ii":
        return _read_invoices(folder / "online_retail_ii_2009_2010" / "online_retail_ii_2009_2010.parquet")
    if shop == "groceries":
        return _read_lines(folder / "groceries" / "groceries_basket.csv.gz", ",")
    return _read_lines(folder / "belgian_retail" / "retail.dat.gz", " ")


def _read_lines(file: Path, separator: str) -> dy.DataFrame[Basket]:
    """Read one basket a line."""
    lines = gzip.decompress(file.read_bytes()).decode().splitlines()
    rows = pl.DataFrame({"place": range(len(lines)), "item_id": [line.split(separator) for line in lines]})
    return _number(rows.explode("item_id").with_columns(pl.col("item_id").str.strip_chars()))


def _read_invoices(file: Path) -> dy.DataFrame[Basket]:
    """Read one basket an invoice, leaving out cancellations (`C…`), corrections (`A…`) and what came back."""
    lines = pl.read_parquet(file).filter(pl.col("Invoice").str.contains(r"^\d+$"), pl.col("Quantity") > 0)
    return _number(
        lines.select("InvoiceDate", "Invoice", item_id="StockCode").with_columns(
            place=pl.struct("InvoiceDate", "Invoice").rank("dense")
        )
    )


def _number(rows: pl.DataFrame) -> dy.DataFrame[Basket]:
    """Name each basket by its place, so that the order of names is that of time; whose it is is left out."""
    named = rows.filter(pl.col("item_id") != "").select(
        "item_id", basket=pl.col("place").cast(pl.String).str.pad_start(6, "0"), person_id=pl.lit(None, pl.String)
    )
    return Basket.cast(named.unique().sort("basket", "item_id"))
