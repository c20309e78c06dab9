"""Incidence: the baskets that count, as tables of baskets × items."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Self

import dataframely as dy
import msgspec
import numpy as np
import polars as pl
from scipy.sparse import csr_array

from recommend.baskets import Sighting
from recommend.codes import FloatArray
from recommend.related.meetings import Meetings

DAY_MICROSECONDS = 86_400_000_000


class RelationSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How items are related for the lists that customers see; the merchandiser's pairs know none of it."""

    window_days: int = 180
    """Days looked back from the end of the data. Half a year: older shelves and prices are not today's."""
    half_life_days: float = 60.0
    """Days until a basket counts half. Twice the interactions' month: what goes with what lasts longer than a mood."""
    order_hours: float = 168.0
    """Most hours between a look and the order that it led to. A week: a handset is compared over a weekend."""
    min_together: int = 2
    """Baskets that must hold both items. One basket alone is no evidence."""
    min_channel_baskets: int = 50
    """Baskets of a channel that must hold an item before it has a list of its own there; below, the list over all
    channels answers. With fewer, a share is known to some 15 percent points at best."""
    size_power: float = 0.5
    """How much less a large basket tells: the power of its items that its weight is divided by. 0 takes all baskets for
    alike; 1 lets a basket of twenty say in all as much as one of two. Of 0, 0.5 and 1 the only one that was
    above confidence in every figure on the validation part of three shops (docs/lists.md)."""
    ratio_power: float = 0.2
    """How much the ratio to chance counts beside the confidence: 0 not at all, 1 as much. A little: what is in every
    basket anyway then stands lower, at no cost in hits (docs/lists.md)."""
    ratio_prior: float = 10.0
    """Baskets that are added to both sides of that ratio, as chance would have them, so that rare items do not shine.
    10 foresaw more than 30 on the validation part of three shops, and as much in the sessions of two."""

    def __post_init__(self) -> None:
        """Refuse numbers outside their range, all at once."""
        whole = ("window_days", "min_together", "min_channel_baskets")
        faults = [f"`{name}` is {getattr(self, name)}: give 1 or more" for name in whole if getattr(self, name) < 1]
        above = {"half_life_days": "days", "order_hours": "hours", "ratio_prior": "baskets"}
        faults += [
            f"`{name}` is {getattr(self, name)}: give a number of {unit} above 0"
            for name, unit in above.items()
            if not getattr(self, name) > 0
        ]
        if not 0 <= self.size_power <= 1:
            faults.append(f"`size_power` is {self.size_power}: give 0 to 1 (at 1 all baskets say as much in all)")
        if not 0 <= self.ratio_power < 1:
            faults.append(f"`ratio_power` is {self.ratio_power}: give 0 or more, below 1 (at 1 rare items come first)")
        if faults:
            raise ValueError(f"The settings of relations are wrong: {'; '.join(faults)}.")


@dataclass(frozen=True, eq=False)
class Incidence:
    """Baskets × items, once for what is asked about and once for what is told, and each basket's weight."""

    asked: csr_array
    told: csr_array
    weight: FloatArray

    @classmethod
    def lay_out(cls, rows: pl.DataFrame, items: int) -> Self:
        """Lay out rows of codes; of a basket's rows the latest moment counts."""
        baskets = rows["basket"].to_numpy()
        weight = np.zeros(baskets.max(initial=-1) + 1)
        np.maximum.at(weight, baskets, rows["weight"].to_numpy())
        asked, told = (_tabulate(rows.filter(side), (len(weight), items)) for side in ("asked", "told"))
        return cls(asked, told, weight)

    def lighten(self, power: float) -> Self:
        """Divide each basket's weight by so high a power of the items that are told in it: large ones say less."""
        return replace(self, weight=self.weight / np.maximum(np.diff(self.told.indptr), 1) ** power)

    def expect(self, met: Meetings) -> FloatArray:
        """Tell the weight of the baskets that would hold both by chance, for each pair that met.

        With the items dealt into baskets of the sizes that were seen: a · t · Σ w (A · T − O) / (Σ w A · Σ w T), where
        a and t weigh the baskets with the one and the other, and a basket of weight w has A items that are asked about,
        T that are told, and O that are both: the configuration model while no item is in many of the baskets. Lists are
        ranked by it beside the share alone, and crossings of channels tested against it; pairs within a basket are
        tested against `deal_items`, which holds for items in many baskets, too.
        """
        expected: FloatArray = self.of_asked[met.asked] * self.of_told[met.told] * self.chance
        return expected

    @cached_property
    def of_asked(self) -> FloatArray:
        """Weigh the baskets in which each item is asked about."""
        return np.asarray(self.weight @ self.asked)

    @cached_property
    def of_told(self) -> FloatArray:
        """Weigh the baskets in which each item is told."""
        return np.asarray(self.weight @ self.told)

    @cached_property
    def chance(self) -> float:
        """Tell what two items of weight 1 would share: Σ w (A · T − O) / (Σ w A · Σ w T)."""
        asked_each, told_each = np.diff(self.asked.indptr), np.diff(self.told.indptr)
        chances = self.weight @ (asked_each * told_each - self.asked.multiply(self.told).sum(axis=1))
        whole = (self.weight @ asked_each) * (self.weight @ told_each)
        return float(chances / whole) if whole else 0.0


def encode_sightings(
    sightings: dy.LazyFrame[Sighting] | dy.DataFrame[Sighting] | pl.LazyFrame, settings: RelationSettings, now: datetime
) -> tuple[pl.DataFrame, pl.Series]:
    """Put codes for the baskets and items of the window, and the weight of each row's age; the items' names beside."""
    within = pl.col("seen_at").is_between(now - timedelta(days=settings.window_days), now)
    recent = sightings.lazy().filter(within).collect()
    names = recent["item_id"].unique().sort()
    age = (pl.lit(now) - pl.col("seen_at")).dt.total_microseconds() / DAY_MICROSECONDS
    rows = recent.select(
        pl.col("basket").rank("dense").cast(pl.Int64) - 1,
        pl.col("item_id").cast(pl.Enum(names)).to_physical().cast(pl.Int64),
        "person_id",
        "channel",
        "asked",
        "told",
        weight=2.0 ** (-age / settings.half_life_days),
    )
    return rows, names


def _tabulate(rows: pl.DataFrame, shape: tuple[int, int]) -> csr_array:
    """Lay out baskets × items as ones, each pair once."""
    # Sorted, not `np.unique`: its hashing takes twenty times as long on a million places.
    places = np.sort(rows["basket"].to_numpy() * shape[1] + rows["item_id"].to_numpy())
    places = places[np.diff(places, prepend=-1) > 0]
    owner, item = np.divmod(places, shape[1]) if len(places) else (places, places)
    starts = np.searchsorted(owner, np.arange(shape[0] + 1))
    return csr_array((np.ones(len(item), np.int8), item, starts), shape=shape)
