"""Baskets: which items were looked at, or bought, together."""

from typing import Literal, Self

import dataframely as dy
import msgspec
import polars as pl

from ingest import Order, Sessioned


class BasketSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What counts as bought together."""

    unit: Literal["order", "period"] = "order"
    """`order`: what stands in one order. `period`: all that one customer bought within `period_hours`, in however many
    orders: for shops where a plan and its packs are ordered one by one. An order is the surer sign of the two."""
    period_hours: int = 24
    """Hours that one period spans, and what stands for an order where the source knows no order numbers. A day:
    customers add a pack to a plan within the visit, or the same evening. 720 asks what goes together in a month."""
    zone: str = "Asia/Shanghai"
    """Time zone whose midnight the periods are counted from, so that a shopping evening is not cut in two."""

    def __post_init__(self) -> None:
        """Refuse another unit and a period that is not above 0, all at once."""
        faults = []
        if self.unit not in ("order", "period"):
            faults.append(f"`unit` is {self.unit!r}: give order or period")
        if self.period_hours <= 0:
            faults.append(f"`period_hours` is {self.period_hours}: give 1 or more hours")
        if faults:
            raise ValueError(f"The settings of baskets are wrong: {'; '.join(faults)}.")

    def by_period(self) -> Self:
        """Give the same settings with all that a customer bought within a period as a basket."""
        return msgspec.structs.replace(self, unit="period")


class Sighting(dy.Schema):
    """One item seen in one basket, as often as it was looked at or bought there."""

    basket = dy.String(nullable=False, description="The session, the order, or the person and the period")
    item_id = dy.String(nullable=False, description="The product")
    person_id = dy.String(nullable=False, description="The customer if known, else the visitor")
    channel = dy.String(nullable=False, description="Where it was looked at or bought: web, wap or app")
    seen_at = dy.Datetime(nullable=False, time_unit="us", time_zone="UTC", description="When it was")
    asked = dy.Bool(nullable=False, description="Whether questions may be asked about it: what goes with this item?")
    told = dy.Bool(nullable=False, description="Whether it may be the answer to them")


class Basket(dy.Schema):
    """One item of one basket."""

    basket = dy.String(primary_key=True, description="The session, the order, or the person and the period")
    item_id = dy.String(primary_key=True, description="The product; once, however often it was clicked or bought")
    person_id = dy.String(
        nullable=True, description="Whose basket it is; null: nobody knows, and it stands for a person of its own"
    )

    @dy.rule()
    def a_basket_is_one_persons(cls) -> pl.Expr:
        """All rows of a basket name the same person, or none."""
        return cls.person_id.col.n_unique().over(cls.basket.col) == 1


def list_views(sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned]) -> dy.LazyFrame[Sighting]:
    """List the items that people looked at; what was looked at in one session is a basket, named by the session.

    A look is an event `view_item` with an item. Robots are left out.
    """
    looks = (pl.col("name") == "view_item") & pl.col("item_id").is_not_null() & pl.col("robot").is_null()
    columns = ["item_id", "person_id", "channel"]
    rows = sessioned.lazy().filter(looks).select("session_id", *columns, "occurred_at")
    return _list(rows.rename({"session_id": "basket", "occurred_at": "seen_at"}))


def list_purchases(
    orders: dy.LazyFrame[Order] | dy.DataFrame[Order], settings: BasketSettings
) -> dy.LazyFrame[Sighting]:
    """List the items that people bought; a basket is an order, or what a person bought within one period.

    An order is named by its number; where that is not known, and with the unit `period`, the basket is named by the
    person and the period's begin on the clock of `zone`.
    """
    owned = _name_period("ordered_at", settings)
    basket = owned if settings.unit == "period" else pl.coalesce("order_id", owned)
    return _list(orders.lazy().select("item_id", "person_id", "channel", basket=basket, seen_at="ordered_at"))


def list_views_of_people(
    sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned], settings: BasketSettings
) -> dy.LazyFrame[Sighting]:
    """List the items that people looked at, with all that a person looked at within one period as a basket.

    For what goes on over several sessions, and so over several channels. Named by the person and the period's begin.
    """
    return _list(list_views(sessioned).drop("asked", "told").with_columns(basket=_name_period("seen_at", settings)))


def bought_baskets(orders: dy.LazyFrame[Order] | dy.DataFrame[Order], settings: BasketSettings) -> dy.DataFrame[Basket]:
    """Put the items of one order, or period, into one basket (`list_purchases`). Sorted by basket and item."""
    return pack_sightings(list_purchases(orders, settings))


def pack_sightings(sightings: dy.LazyFrame[Sighting] | dy.DataFrame[Sighting]) -> dy.DataFrame[Basket]:
    """Put each item once into each basket that it was seen in. Sorted by basket and item.

    A basket of several persons, as an order number used twice may be, is the one's whose id is the smallest.
    """
    person = pl.col("person_id").min().over("basket")
    return Basket.cast(
        sightings.lazy().select("basket", "item_id", person).unique().sort("basket", "item_id").collect()
    )


def sort_baskets(baskets: dy.DataFrame[Basket]) -> dy.DataFrame[Basket]:
    """Put the rows of each basket beside each other, unless they are so already."""
    if baskets["basket"].is_sorted():
        return baskets
    return Basket.cast(baskets.sort("basket", "item_id"))


def _name_period(moment: str, settings: BasketSettings) -> pl.Expr:
    """Name the person and the begin of the period that a moment lies in, on the clock of `zone`."""
    clock = pl.col(moment).dt.convert_time_zone(settings.zone).dt.replace_time_zone(None)
    begin = clock.dt.truncate(f"{settings.period_hours}h").dt.to_string("%Y-%m-%dT%H")
    return pl.concat_str("person_id", begin, separator="@")


def _list(rows: pl.LazyFrame) -> dy.LazyFrame[Sighting]:
    return Sighting.cast(rows.with_columns(asked=True, told=True))
