"""Orders, as a merchandiser would draw them."""

import dataframely as dy
import polars as pl

from ingest import Order
from tests.drawing import at, draw_rows

FILLED = {"order_id": None, "channel": "web", "quantity": 1, "price": None}


def order(text: str) -> dy.DataFrame[Order]:
    """Read drawn order lines: person, time, item, and any of order, channel, quantity and price."""
    rows = [{**FILLED, **row, "ordered_at": at(str(row["occurred_at"]))} for row in draw_rows(text)]
    columns = {name: [row[name] for row in rows] for name in Order.column_names()}
    return Order.validate(pl.DataFrame(columns, schema_overrides={"order_id": pl.String}), cast=True)
