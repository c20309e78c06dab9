"""A shop's catalogue and orders, as a merchandiser would draw them."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import dataframely as dy
import polars as pl

from ingest import Order, Product
from recommend import Basket, Candidate
from tests.drawing import at, draw_rows

NOW = datetime(2026, 3, 31, tzinfo=UTC)


def catalogue(text: str) -> dy.DataFrame[Product]:
    """Read a drawn catalogue: item, and any of name, category, price, margin, on_sale_from, on_sale_to, channels."""
    rows = [dict.fromkeys(Product.column_names()) | row for row in draw_rows(text)]
    drawn = pl.DataFrame(rows, schema=dict.fromkeys(Product.column_names(), pl.String), orient="row")
    moments = [pl.col(name).map_elements(at, Product.columns()[name].dtype) for name in ("on_sale_from", "on_sale_to")]
    return Product.cast(drawn.with_columns(pl.col("price", "margin").cast(pl.Float64), *moments))


def pack(contents: Iterable[Iterable[str]], people: Sequence[str | None] = ()) -> dy.DataFrame[Basket]:
    """Put items into baskets, one after the other, of `people`; whose the others are nobody knows."""
    rows = [
        (f"{number:06}", item, people[number] if number < len(people) else None)
        for number, items in enumerate(contents)
        for item in sorted(items)
    ]
    schema = dict.fromkeys(("basket", "item_id", "person_id"), pl.String)
    return Basket.validate(pl.DataFrame(rows, schema=schema, orient="row"))


def repeat(text: str) -> dy.DataFrame[Basket]:
    """Read drawn baskets: how `often` a basket came, and the `items` it holds."""
    return pack((row["items"] or "").split() for row in draw_rows(text) for _ in range(int(row["often"] or 1)))


def buy(text: str) -> dy.DataFrame[Order]:
    """Read drawn orders: how `often` different people came, and the `items` that each bought, in one order."""
    contents = [row["items"] or "" for row in draw_rows(text) for _ in range(int(row["often"] or 1))]
    rows = [(f"o{number}", item, f"p{number}") for number, items in enumerate(contents) for item in items.split()]
    names = dict.fromkeys(("order_id", "item_id", "person_id"), pl.String)
    lines = pl.DataFrame(rows, schema=names, orient="row")
    return Order.cast(
        lines.with_columns(ordered_at=pl.lit(NOW), channel=pl.lit("web"), quantity=1, price=pl.lit(None, pl.Float64))
    )


def give_away(orders: dy.DataFrame[Order], item: str, to: int) -> dy.DataFrame[Order]:
    """Let the first so many people who bought an item have had it for nothing."""
    given = (pl.col("item_id") == item) & ((pl.col("item_id") == item).cum_sum() <= to)
    return Order.cast(orders.with_columns(price=pl.when(given).then(0.0).otherwise("price")))


def candidates(*sets: str) -> dy.DataFrame[Candidate]:
    """Make candidates that nothing stands against."""
    rows = [(sorted(items.split()), 9, 9, 1.0, 9.0, 0.0, None) for items in sets]
    schema = {name: column.dtype for name, column in Candidate.columns().items()}
    return Candidate.validate(pl.DataFrame(rows, schema=schema, orient="row"))
