"""Evidence: the baskets that tell a merchandiser what goes with what, and those that are set aside."""

from typing import NamedTuple

import dataframely as dy
import msgspec
import polars as pl

from ingest import Order, Sessioned
from recommend.baskets import Basket, BasketSettings, Sighting, list_purchases, list_views


class EvidenceSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which baskets tell a merchandiser what goes with what."""

    most_items: int = 100
    """Items that a basket may hold. In a wholesale order, or a walk over the whole shelf, everything meets everything;
    one of 10,000 items would outweigh all others in what chance is taken to give."""
    most_baskets: int = 50
    """Baskets that count of one person, the latest ones, so that nobody's habits become everybody's: dealers, shop
    assistants and probes order every day."""

    def __post_init__(self) -> None:
        """Refuse limits that leave no pair, all at once."""
        faults = []
        if self.most_items < 2:
            faults.append(f"`most_items` is {self.most_items}: give 2 or more")
        if self.most_baskets < 1:
            faults.append(f"`most_baskets` is {self.most_baskets}: give 1 or more")
        if faults:
            raise ValueError(f"The settings of evidence are wrong: {'; '.join(faults)}.")


class Evidence(NamedTuple):
    """The baskets that count, and how much was set aside."""

    baskets: dy.DataFrame[Basket]
    """Sorted by basket and item."""
    large: int = 0
    """Baskets of more than `most_items` items."""
    repeated: int = 0
    """Baskets beyond the latest `most_baskets` of a person, the large ones left out before."""
    gifts: int = 0
    """Order lines at a price of 0: what comes for nothing was not chosen. A price that is not known is none of 0."""


def take_views(sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned], settings: EvidenceSettings) -> Evidence:
    """Take the sessions in which people looked at items (`list_views`) as evidence."""
    return _choose(list_views(sessioned), settings)


def take_purchases(orders: dy.DataFrame[Order], baskets: BasketSettings, settings: EvidenceSettings) -> Evidence:
    """Take what people bought and paid for (`list_purchases`) as evidence."""
    paid = orders.filter(pl.col("price").is_null() | (pl.col("price") > 0))
    chosen = _choose(list_purchases(Order.cast(paid), baskets), settings)
    return chosen._replace(gifts=orders.height - paid.height)


def _choose(sightings: dy.LazyFrame[Sighting], settings: EvidenceSettings) -> Evidence:
    rows = sightings.select("basket", "item_id", "person_id", "seen_at").collect()
    baskets = rows.group_by("basket").agg(
        pl.col("item_id").n_unique(), pl.col("seen_at").max(), pl.col("person_id").min()
    )
    fitting = baskets.filter(pl.col("item_id") <= settings.most_items)
    latest = (
        fitting.sort("person_id", "seen_at", "basket", descending=[False, True, False])
        .group_by("person_id", maintain_order=True)
        .head(settings.most_baskets)
    )
    held = rows.join(latest.select("basket"), on="basket", how="semi").select("basket", "item_id").unique()
    return Evidence(
        Basket.cast(held.sort("basket", "item_id")), len(baskets) - len(fitting), len(fitting) - len(latest)
    )
