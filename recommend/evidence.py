"""Evidence: the baskets that tell what goes with what, and those that are set aside."""

from dataclasses import dataclass, replace
from functools import cached_property

import dataframely as dy
import msgspec
import polars as pl

from ingest import Order, Sessioned
from recommend.baskets import Basket, BasketSettings, Sighting, list_purchases, list_views, pack_sightings


class EvidenceSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which baskets tell what goes with what, to merchandisers and for the lists that customers see."""

    most_items: int = 100
    """Items that a basket may hold. In a wholesale order, or a walk over the whole shelf, everything meets everything;
    one of 10,000 items would outweigh all others in what chance is taken to give."""
    most_baskets: int = 50
    """Baskets that count of one person, the latest ones, so that nobody's habits become everybody's: dealers, shop
    assistants and probes order every day. A test against chance takes those for less than as many people's."""

    def __post_init__(self) -> None:
        """Refuse limits that leave no pair, all at once."""
        faults = []
        if self.most_items < 2:
            faults.append(f"`most_items` is {self.most_items}: give 2 or more")
        if self.most_baskets < 1:
            faults.append(f"`most_baskets` is {self.most_baskets}: give 1 or more")
        if faults:
            raise ValueError(f"The settings of evidence are wrong: {'; '.join(faults)}.")


@dataclass(frozen=True, eq=False)
class Evidence:
    """The baskets that count, and how much was set aside."""

    sightings: dy.DataFrame[Sighting]
    large: int = 0
    """Baskets of more than `most_items` items."""
    repeated: int = 0
    """Baskets beyond the latest `most_baskets` of a person, the large ones left out before."""
    gifts: int = 0
    """Order lines at a price of 0: what comes for nothing was not chosen. A price that is not known is none of 0."""

    @cached_property
    def baskets(self) -> dy.DataFrame[Basket]:
        """Pack the sightings into baskets, sorted by basket and item."""
        return pack_sightings(self.sightings)


def take_views(sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned], settings: EvidenceSettings) -> Evidence:
    """Take the sessions in which people looked at items (`list_views`) as evidence."""
    return choose_baskets(list_views(sessioned), settings)


def take_purchases(orders: dy.DataFrame[Order], baskets: BasketSettings, settings: EvidenceSettings) -> Evidence:
    """Take what people bought and paid for (`list_purchases`) as evidence."""
    paid = keep_paid(orders)
    chosen = choose_baskets(list_purchases(paid, baskets), settings)
    return replace(chosen, gifts=orders.height - paid.height)


def keep_paid(orders: dy.DataFrame[Order]) -> dy.DataFrame[Order]:
    """Keep the lines that were paid for; a gift was not bought. A price that is not known is none of 0."""
    return Order.cast(orders.filter(pl.col("price").is_null() | (pl.col("price") > 0)))


def choose_baskets(sightings: dy.LazyFrame[Sighting], settings: EvidenceSettings) -> Evidence:
    """Choose the baskets that count: not too large, and of each person the latest."""
    rows = sightings.collect()
    items = [pl.col("item_id").filter(side).n_unique().alias(side) for side in ("asked", "told")]
    baskets = rows.group_by("basket").agg(*items, pl.col("seen_at").max(), pl.col("person_id").min())
    fitting = baskets.filter(pl.max_horizontal("asked", "told") <= settings.most_items)
    latest = (
        fitting.sort("person_id", "seen_at", "basket", descending=[False, True, False])
        .group_by("person_id", maintain_order=True)
        .head(settings.most_baskets)
    )
    held = Sighting.cast(rows.join(latest.select("basket"), on="basket", how="semi"))
    return Evidence(held, len(baskets) - len(fitting), len(fitting) - len(latest))
