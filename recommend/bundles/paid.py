"""Paid: prices and margins that the catalogue does not tell."""

import dataframely as dy
import msgspec
import polars as pl

from ingest import Order, Product


class PaidSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands in for a margin that the catalogue does not tell."""

    margin_share: float | None = None
    """Share of the price that a sale earns where the catalogue tells no margin. None: nothing is guessed, and such
    items are in no bundle; a guess decides whether a discount pays."""

    def __post_init__(self) -> None:
        """Refuse a share that is none."""
        if self.margin_share is not None and not -1 <= self.margin_share <= 1:
            raise ValueError(
                f"The settings of prices are wrong: `margin_share` is {self.margin_share}: "
                "give a share of the price up to 1, such as 0.4."
            )


def fill_prices(
    products: dy.DataFrame[Product], orders: dy.DataFrame[Order], settings: PaidSettings
) -> dy.DataFrame[Product]:
    """Fill in what the catalogue does not tell: the median price paid, and the margin that is assumed.

    A price of 0 was a gift and is no price. Where there is no catalogue at all, every item that was ordered is taken to
    be on sale; where there is one, an item without a row has left it. Sorted by item.
    """
    paid = (
        orders.group_by("item_id")
        .agg(paid=pl.col("price").filter(pl.col("price") > 0).median())
        .with_columns(pl.col("paid").cast(pl.Float64))
    )
    known = products if products.height else Product.cast(_list_ordered(orders))
    filled = known.join(paid, on="item_id", how="left").with_columns(price=pl.coalesce("price", "paid"))
    if settings.margin_share is not None:
        filled = filled.with_columns(margin=pl.coalesce("margin", settings.margin_share * pl.col("price")))
    return Product.cast(filled.drop("paid").sort("item_id"))


def _list_ordered(orders: dy.DataFrame[Order]) -> pl.DataFrame:
    lacking = [
        pl.lit(None, column.dtype).alias(name) for name, column in Product.columns().items() if name != "item_id"
    ]
    return orders.select(pl.col("item_id").unique()).with_columns(lacking)
