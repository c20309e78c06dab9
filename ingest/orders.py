"""Orders: what was bought, one line an item."""

import dataframely as dy
import polars as pl

from ingest.sessions import Sessioned


class Order(dy.Schema):
    """One item of one order."""

    order_id = dy.String(nullable=True, description="The order; null where the source knows only the act of buying")
    item_id = dy.String(nullable=False, description="The product bought")
    ordered_at = dy.Datetime(nullable=False, time_unit="us", time_zone="UTC", description="When it was ordered")
    person_id = dy.String(nullable=False, description="The customer if known, else the visitor")
    channel = dy.String(nullable=False, description="web, wap or app")
    quantity = dy.Int64(nullable=False, description="Pieces; below 0: given back")
    price = dy.Float64(nullable=True, min=0, description="Price of one piece, in the operator's currency")

    @dy.rule()
    def a_line_moves_pieces(cls) -> pl.Expr:
        """A line takes pieces or gives them back."""
        return cls.quantity.col != 0


def merge_orders(orders: dy.DataFrame[Order], sessioned: dy.DataFrame[Sessioned]) -> dy.DataFrame[Order]:
    """Join the order system's lines with the purchases that the logs show, each order's item once.

    A purchase event counts where it names an item; of two lines for one item of one order the order system's wins.
    Robots buy nothing. Ordered by time, person and item.
    """
    bought = sessioned.filter(
        (pl.col("name") == "purchase") & pl.col("item_id").is_not_null() & pl.col("robot").is_null()
    )
    from_logs = bought.select(
        "order_id", "item_id", pl.col("occurred_at").alias("ordered_at"), "person_id", "channel",
        pl.col("quantity").fill_null(1).clip(lower_bound=1), "price",
    )  # fmt: skip
    both = pl.concat([orders.select(from_logs.columns), from_logs])
    named = both.filter(pl.col("order_id").is_not_null()).unique(
        ["order_id", "item_id"], keep="first", maintain_order=True
    )
    unnamed = both.filter(pl.col("order_id").is_null())
    return Order.cast(pl.concat([named, unnamed]).sort("ordered_at", "person_id", "item_id", "order_id"))
