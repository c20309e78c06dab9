"""The catalogue: what is for sale, when, and where."""

import dataframely as dy
import polars as pl


class Product(dy.Schema):
    """One product of today's catalogue."""

    item_id = dy.String(primary_key=True, description="The product")
    name = dy.String(nullable=True, description="Its name, as customers read it")
    category = dy.String(nullable=True, description="Plan, data pack, handset, broadband, value-added service …")
    price = dy.Float64(nullable=True, min=0, description="Price of one piece, in the operator's currency")
    margin = dy.Float64(nullable=True, description="What one sale earns, in the operator's currency")
    on_sale_from = dy.Datetime(
        nullable=True, time_unit="us", time_zone="UTC", description="First moment on sale; null: since ever"
    )
    on_sale_to = dy.Datetime(
        nullable=True, time_unit="us", time_zone="UTC", description="First moment off sale again; null: for ever"
    )
    channels = dy.String(nullable=True, description="Channels that may sell it, separated by spaces; null: all")
    requires = dy.String(
        nullable=True, description="Products one must have or buy with it, all of them: ids separated by spaces"
    )
    excludes = dy.String(
        nullable=True, description="Products one cannot have beside it: ids separated by spaces; it holds both ways"
    )
    min_age = dy.Int64(nullable=True, min=0, description="Age from which it may be shown, in years; null: any")
    attributes = dy.String(
        nullable=True, description="What it is like: words separated by spaces, such as brand=Acme 5g"
    )


def complete_products(products: pl.DataFrame) -> dy.DataFrame[Product]:
    """Give a catalogue that an earlier version kept the columns that it lacks, as nulls."""
    lacking = [name for name in Product.column_names() if name not in products.columns]
    return Product.cast(products.with_columns(pl.lit(None).alias(name) for name in lacking))
