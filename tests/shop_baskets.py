"""A shop's catalogue and orders, as a merchandiser would draw them."""

from datetime import UTC, datetime

import dataframely as dy
import polars as pl

from ingest import Product
from recommend import Basket
from tests.drawing import at, draw_rows

NOW = datetime(2026, 3, 31, tzinfo=UTC)


def catalogue(text: str) -> dy.DataFrame[Product]:
    """Read a drawn catalogue: item, and any of name, category, price, margin, on_sale_from, on_sale_to, channels."""
    rows = [dict.fromkeys(Product.column_names()) | row for row in draw_rows(text)]
    drawn = pl.DataFrame(rows, schema=dict.fromkeys(Product.column_names(), pl.String), orient="row")
    moments = [pl.col(name).map_elements(at, Product.columns()[name].dtype) for name in ("on_sale_from", "on_sale_to")]
    return Product.cast(drawn.with_columns(pl.col("price", "margin").cast(pl.Float64), *moments))


def repeat(text: str) -> dy.DataFrame[Basket]:
    """Read drawn baskets: how `often` a basket came, and the `items` it holds."""
    contents = [row["items"] for row in draw_rows(text) for _ in range(int(row["often"] or 1))]
    rows = [(f"{number:04}", item) for number, items in enumerate(contents) for item in (items or "").split()]
    return Basket.validate(pl.DataFrame(rows, schema=dict.fromkeys(("basket", "item_id"), pl.String), orient="row"))
