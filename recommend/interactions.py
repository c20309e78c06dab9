"""Interactions: how much each person has shown to care for each item, and when last."""

from datetime import datetime

import dataframely as dy
import msgspec
import polars as pl

from ingest import EVENT_NAMES, Sessioned

NANO = 1e-9
DAY_MICROSECONDS = 86_400_000_000


class InteractionSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How events become weights."""

    view_item: float = 1.0
    """Weight of a look at a product. The unit that the others are measured in."""
    add_to_wishlist: float = 2.0
    """Weight of keeping a product in mind. It costs the customer nothing, but it is meant."""
    add_to_cart: float = 3.0
    """Weight of putting a product into the cart. Most carts are given up, so it is less than an order."""
    purchase: float = 5.0
    """Weight of an order. The strongest word, but bounded, so that one order does not outshout a month of looks."""
    half_life_days: float = 30.0
    """Days until a weight has halved. Plans and packs are renewed by the month."""
    most_items: int = 1_000
    """Items that count of one person, those they care for most. Shoppers look at hundreds; a robot that nobody knows
    and that walks the whole shelf ties everything to everything, which takes the time of its square."""

    def __post_init__(self) -> None:
        """Refuse weights below 0 and a half-life that is not above 0, all at once."""
        below = [(name, weight) for name, weight in self.weights.items() if not weight >= 0]
        faults = [f"`{name}` is {weight}: give 0 (leave out) or more" for name, weight in below]
        if not self.half_life_days > 0:
            faults.append(f"`half_life_days` is {self.half_life_days}: give a number of days above 0")
        if self.most_items < 1:
            faults.append(f"`most_items` is {self.most_items}: give 1 or more")
        if faults:
            raise ValueError(f"The settings of interactions are wrong: {'; '.join(faults)}.")

    @property
    def weights(self) -> dict[str, float]:
        """Give the weight of each event name that shows interest in an item."""
        return {name: float(getattr(self, name)) for name in self.__struct_fields__ if name in EVENT_NAMES}


class Interaction(dy.Schema):
    """One person and one item they looked at, kept, put into the cart or bought."""

    person_id = dy.String(primary_key=True, description="The customer if known, else the visitor")
    item_id = dy.String(primary_key=True, description="The product")
    weight = dy.Float64(
        nullable=False, min_exclusive=0, description="Sum of the events' weights, each halved every half-life; no unit"
    )
    last_at = dy.Datetime(
        nullable=False, time_unit="us", time_zone="UTC", description="When the person last cared for the item"
    )


def find_interest(sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned]) -> pl.LazyFrame:
    """Find the events by which people, not robots, show interest in an item: they look, keep, cart or buy.

    To be shown an item in a list is no interest in it.
    """
    interest = pl.col("name").is_in(list(InteractionSettings().weights))
    return sessioned.lazy().filter(interest, pl.col("item_id").is_not_null(), pl.col("robot").is_null())


def weigh_interactions(
    sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned], settings: InteractionSettings, now: datetime
) -> dy.DataFrame[Interaction]:
    """Weigh what each person did with each item, as seen at the moment `now`.

    An event of weight w and age a days adds w · 2^(-a / half_life_days). Of each person the `most_items` that weigh
    most count, of equals those of the latest care, then of the smaller id. Robots, events without an item, and events
    after `now` are left out. Sorted by person and item. Every event's share is rounded to 10⁻⁹ before it is added, so
    that the sum is the same in whatever order the events come; what has faded below that is gone.
    """
    age = (pl.lit(now) - pl.col("occurred_at")).dt.total_microseconds() / DAY_MICROSECONDS
    worth = pl.col("name").replace_strict(settings.weights, default=None, return_dtype=pl.Float64)
    nanos = (worth * 2.0 ** (-age / settings.half_life_days) / NANO).round().cast(pl.Int64)
    weighed = (
        sessioned.lazy()
        .filter(pl.col("robot").is_null(), pl.col("item_id").is_not_null(), pl.col("occurred_at") <= now)
        .select("person_id", "item_id", "occurred_at", nanos=nanos)
        .filter(pl.col("nanos") > 0)
        .group_by("person_id", "item_id")
        .agg(weight=pl.col("nanos").sum() * NANO, last_at=pl.col("occurred_at").max())
        .sort("person_id", "item_id")
        .collect()
    )
    return Interaction.cast(_keep_most(weighed, settings.most_items))


def _keep_most(weighed: pl.DataFrame, most: int) -> pl.DataFrame:
    """Keep of each person the items that weigh most."""
    many = weighed.group_by("person_id").len().filter(pl.col("len") > most).select("person_id")
    if many.is_empty():
        return weighed
    over = weighed.join(many, on="person_id", how="semi")
    order = over.sort("person_id", "weight", "last_at", "item_id", descending=[False, True, True, False])
    kept = order.group_by("person_id", maintain_order=True).head(most)
    return pl.concat([weighed.join(many, on="person_id", how="anti"), kept]).sort("person_id", "item_id")
