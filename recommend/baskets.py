"""Baskets: which items were looked at, or bought, together."""

import dataframely as dy
import msgspec
import polars as pl

from ingest import Order, Sessioned


class BasketSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What counts as bought together where the source knows no order numbers."""

    period_hours: int = 24
    """Hours that one basket spans. A day: customers add a pack to a plan within the visit, or the same evening."""
    zone: str = "Asia/Shanghai"
    """Time zone whose midnight the periods are counted from, so that a shopping evening is not cut in two."""

    def __post_init__(self) -> None:
        """Refuse a period that is not above 0."""
        if self.period_hours <= 0:
            raise ValueError(
                f"The settings of baskets are wrong: `period_hours` is {self.period_hours}: give 1 or more hours."
            )


class Basket(dy.Schema):
    """One item of one basket."""

    basket = dy.String(primary_key=True, description="The session, the order, or the person and the period")
    item_id = dy.String(primary_key=True, description="The product; once, however often it was clicked or bought")


def viewed_baskets(sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned]) -> dy.DataFrame[Basket]:
    """Put the items that a person looked at in one session into one basket, named by the session.

    A look is an event `view_item` with an item. Robots are left out. Sorted by basket and item.
    """
    looks = (pl.col("name") == "view_item") & pl.col("item_id").is_not_null() & pl.col("robot").is_null()
    return _pack(sessioned.lazy().filter(looks).select("item_id", basket="session_id"))


def bought_baskets(orders: dy.LazyFrame[Order] | dy.DataFrame[Order], settings: BasketSettings) -> dy.DataFrame[Basket]:
    """Put the items of one order into one basket, named by the order.

    Where the order is not known, all that a person bought within one period is one basket, named by the person and
    the period's begin on the clock of `zone`. Sorted by basket and item.
    """
    clock = pl.col("ordered_at").dt.convert_time_zone(settings.zone).dt.replace_time_zone(None)
    period = clock.dt.truncate(f"{settings.period_hours}h").dt.to_string("%Y-%m-%dT%H")
    basket = pl.coalesce("order_id", pl.concat_str("person_id", period, separator="@"))
    return _pack(orders.lazy().select("item_id", basket=basket))


def sort_baskets(baskets: dy.DataFrame[Basket]) -> dy.DataFrame[Basket]:
    """Put the rows of each basket beside each other, unless they are so already."""
    if baskets["basket"].is_sorted():
        return baskets
    return Basket.cast(baskets.sort("basket", "item_id"))


def _pack(lines: pl.LazyFrame) -> dy.DataFrame[Basket]:
    return Basket.cast(lines.select("basket", "item_id").unique().sort("basket", "item_id").collect())
