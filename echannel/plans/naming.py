"""Naming: what the catalogue calls the products that a plan tells of by their ids."""

import dataframely as dy
import polars as pl

from ingest import Product


def read_names(products: dy.DataFrame[Product]) -> dict[str, str]:
    """Read the names of the products that have one."""
    return dict(products.filter(pl.col("name").is_not_null()).select("item_id", "name").iter_rows())


def name_products(table: pl.DataFrame, products: dy.DataFrame[Product]) -> pl.DataFrame:
    """Put beside each column of ids, `item_id` or `item_…`, one of names; a product without a name keeps its id."""
    called = read_names(products)
    ids = [column for column in table.columns if column.startswith("item_")]
    return table.with_columns(
        pl.col(column).replace(called).alias("name" + column.removeprefix("item").removesuffix("_id")) for column in ids
    )
