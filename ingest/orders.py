"""Orders: what was bought, one line an item."""

import dataframely as dy


class Order(dy.Schema):
    """One item of one order."""

    order_id = dy.String(nullable=True, description="The order; null where the source knows only the act of buying")
    item_id = dy.String(nullable=False, description="The product bought")
    ordered_at = dy.Datetime(nullable=False, time_unit="us", time_zone="UTC", description="When it was ordered")
    person_id = dy.String(nullable=False, description="The customer if known, else the visitor")
    channel = dy.String(nullable=False, description="web, wap or app")
    quantity = dy.Int64(nullable=False, min=1, description="Pieces")
    price = dy.Float64(nullable=True, min=0, description="Price of one piece, in the operator's currency")
