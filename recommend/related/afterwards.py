"""Afterwards: what people bought in the order that followed a look."""

import dataframely as dy
import polars as pl

from ingest import Order, Sessioned
from recommend.baskets import BasketSettings, Sighting, list_purchases, list_views

ROW = ("basket", "item_id", "person_id", "channel", "seen_at")


def list_bought_after_viewing(
    sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned],
    orders: dy.LazyFrame[Order] | dy.DataFrame[Order],
    baskets: BasketSettings,
    order_hours: float,
) -> dy.LazyFrame[Sighting]:
    """Put what a person looked at into one basket with what they bought next: looks are asked about, purchases told.

    A look belongs to the person's next basket bought (`list_purchases`) at its moment or after it, within
    `order_hours`; looks that no order followed, and orders that no look preceded, are in no basket. So a share reads:
    of the orders after a look at this, how many had that. What was looked at and bought is in both roles.
    """
    bought = list_purchases(orders, baskets).select(*ROW)
    followed = bought.select("person_id", "basket", "seen_at").sort("seen_at", "basket").with_columns(until="seen_at")
    looks = list_views(sessioned).select("item_id", "person_id", "channel", "seen_at").sort("seen_at", "item_id")
    viewed = looks.join_asof(
        followed,
        left_on="seen_at",
        right_on="until",
        by="person_id",
        strategy="forward",
        tolerance=f"{round(order_hours * 3600)}s",
        check_sortedness=False,
    ).filter(pl.col("basket").is_not_null())
    told = bought.join(viewed.select("basket").unique(), on="basket", how="semi")
    roles = [
        viewed.select(*ROW).with_columns(asked=True, told=False),
        told.select(*ROW).with_columns(asked=False, told=True),
    ]
    return Sighting.cast(pl.concat(roles))
