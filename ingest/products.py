"""The catalogue: what is for sale, when, and where."""

import dataframely as dy


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
