"""Relations: for each item the items that go with it, on each channel and on all, ranked for those who choose today."""

from datetime import datetime, timedelta
from typing import NamedTuple, Self

import dataframely as dy
import msgspec
import numpy as np
import polars as pl
from scipy.sparse import csr_array

from recommend.baskets import Sighting
from recommend.codes import FloatArray, IntArray
from recommend.related.meetings import Meetings, count_meetings
from serving import CHANNEL_BIT, RankedLists, wilson_bounds

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
    ratio_power: float = 0.2
    """How much the ratio to chance counts beside the confidence: 0 not at all, 1 as much. A little: lists of different
    items then differ more, for hits that are 0.1 to 0.9 percent points fewer (docs/benchmarks.md)."""
    ratio_prior: float = 30.0
    """Baskets that are added to both sides of that ratio, as chance would have them, so that rare items do not shine.
    Of 1, 5, 10 and 30 the one that costs the fewest hits."""
    most_baskets: int = 50
    """Baskets that count of one person, the latest ones, so that nobody's habits become everybody's."""
    most_items: int = 100
    """Items that a basket may hold to count. A walk over the whole shelf or a dealer's order ties nothing together."""

    def __post_init__(self) -> None:
        """Refuse numbers outside their range, all at once."""
        whole = ("window_days", "min_together", "min_channel_baskets", "most_baskets")
        faults = [f"`{name}` is {getattr(self, name)}: give 1 or more" for name in whole if getattr(self, name) < 1]
        above = {"half_life_days": "days", "order_hours": "hours", "ratio_prior": "baskets"}
        faults += [
            f"`{name}` is {getattr(self, name)}: give a number of {unit} above 0"
            for name, unit in above.items()
            if not getattr(self, name) > 0
        ]
        if not 0 <= self.ratio_power < 1:
            faults.append(f"`ratio_power` is {self.ratio_power}: give 0 or more, below 1 (at 1 rare items come first)")
        if self.most_items < 2:
            faults.append(f"`most_items` is {self.most_items}: give 2 or more")
        if faults:
            raise ValueError(f"The settings of relations are wrong: {'; '.join(faults)}.")


class Tables(NamedTuple):
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


def relate_items(
    sightings: dy.LazyFrame[Sighting] | dy.DataFrame[Sighting],
    settings: RelationSettings,
    now: datetime,
    most: int = 50,
) -> RankedLists:
    r"""Rank for each item the items that were in its baskets, over all channels and on each.

    Keys are the items, over all channels, and `web\tITEM`, for each channel where the item is in `min_channel_baskets`
    or more: there what is asked about was seen on that channel. A basket of age a days weighs w = 2^(-a /
    half_life_days). Of an item's weight f in n baskets, k fell on baskets with the other item. Its score is

        low(k / f) · ((k + m) / (E + m))^g

    with low the lower end of Wilson's interval (1927) of that share, as if there were f² / Σw² baskets (L. Kish, 1965:
    that many of equal weight would tell as much), E what chance gives baskets of these sizes (`count_pairs`, weighed),
    m the `ratio_prior` and g the `ratio_power`. `together` and `alone` are counts of baskets, whole and without
    weights, of those that count: within `window_days` and not after `now`, the latest `most_baskets` of a person, none
    of more than `most_items` items.
    """
    rows, names = _encode(_choose(sightings.lazy(), settings, now), settings, now)
    parts = [_relate(rows, len(names), "", 1, settings)]
    for channel in CHANNEL_BIT:
        here = rows.filter((pl.col("channel") == channel) | ~pl.col("asked"))
        parts.append(_relate(here, len(names), f"{channel}\t", settings.min_channel_baskets, settings))
    return _rank(parts, names, most)


class Related(NamedTuple):
    """The meetings of one channel, with their scores."""

    prefix: str
    """What stands before the items' names in the keys."""
    meetings: Meetings
    score: FloatArray
    alone: IntArray
    """Baskets that hold each item, by code."""


def _choose(sightings: pl.LazyFrame, settings: RelationSettings, now: datetime) -> pl.DataFrame:
    """Choose the baskets that count."""
    recent = sightings.filter(pl.col("seen_at").is_between(now - timedelta(days=settings.window_days), now))
    held = recent.select("basket", "item_id", "asked", "told").unique()
    large = held.group_by("basket").agg(pl.col("asked").sum(), pl.col("told").sum())
    fitting = large.filter(pl.max_horizontal("asked", "told") <= settings.most_items).select("basket")
    of_person = recent.group_by("person_id", "basket").agg(pl.col("seen_at").max())
    latest = (
        of_person.join(fitting, on="basket")
        .sort("person_id", "seen_at", "basket", descending=[False, True, False])
        .group_by("person_id", maintain_order=True)
        .head(settings.most_baskets)
    )
    return recent.join(latest.select("basket"), on="basket", how="semi").collect()


def _encode(sightings: pl.DataFrame, settings: RelationSettings, now: datetime) -> tuple[pl.DataFrame, pl.Series]:
    """Put codes for baskets and items, and the weight of each row's age; give the items' names beside them."""
    names = sightings["item_id"].unique().sort()
    age = (pl.lit(now) - pl.col("seen_at")).dt.total_microseconds() / DAY_MICROSECONDS
    rows = sightings.select(
        pl.col("basket").rank("dense").cast(pl.Int64) - 1,
        pl.col("item_id").cast(pl.Enum(names)).to_physical().cast(pl.Int64),
        "channel",
        "asked",
        "told",
        weight=2.0 ** (-age / settings.half_life_days),
    )
    return rows, names


def _tabulate(rows: pl.DataFrame, shape: tuple[int, int]) -> csr_array:
    """Lay out baskets × items as ones, each pair once."""
    places = np.unique(rows["basket"].to_numpy() * shape[1] + rows["item_id"].to_numpy())
    owner, item = np.divmod(places, shape[1]) if len(places) else (places, places)
    starts = np.searchsorted(owner, np.arange(shape[0] + 1))
    return csr_array((np.ones(len(item), np.int8), item, starts), shape=shape)


def _relate(rows: pl.DataFrame, items: int, prefix: str, least: int, settings: RelationSettings) -> Related:
    """Relate the items of some rows; those asked about are in `least` baskets or more."""
    tables = Tables.lay_out(rows, items)
    alone = np.bincount(tables.asked.indices, minlength=items)
    met = count_meetings(tables.asked, tables.told, tables.weight, settings.min_together)
    met = met.choose(alone[met.asked] >= least)
    return Related(prefix, met, _score(met, tables, settings), alone)


def _score(met: Meetings, tables: Tables, settings: RelationSettings) -> FloatArray:
    asked, told, weight = tables
    of_asked, squares, of_told = weight @ asked, weight**2 @ asked, weight @ told
    told_each, asked_each = np.diff(told.indptr), np.diff(asked.indptr)
    chances = weight @ (asked_each * told_each - asked.multiply(told).sum(axis=1))
    whole = (weight @ asked_each) * (weight @ told_each)
    expected = of_asked[met.asked] * of_told[met.told] * (chances / whole if whole else 0.0)
    size = of_asked[met.asked]
    evidence = size**2 / squares[met.asked]
    low = wilson_bounds(np.minimum(met.weight / size, 1.0) * evidence, evidence)[0]
    ratio = (met.weight + settings.ratio_prior) / (expected + settings.ratio_prior)
    return np.asarray(low * ratio**settings.ratio_power, np.float64)


def _rank(parts: list[Related], names: pl.Series, most: int) -> RankedLists:
    """Put the channels' lists beside each other; only items that met any have one."""
    keys: list[str] = []
    alone, codes = [], []
    for part in parts:
        asked, place = np.unique(part.meetings.asked, return_inverse=True)
        codes.append(place + len(keys))
        keys += [f"{part.prefix}{name}" for name in names.gather(asked).to_list()]
        alone.append(part.alone[asked])
    return RankedLists.from_codes(
        keys,
        names.to_list(),
        np.concatenate(codes),
        np.concatenate([part.meetings.told for part in parts]),
        score=np.concatenate([part.score for part in parts]),
        together=np.concatenate([part.meetings.both for part in parts]),
        alone=np.concatenate(alone),
        most=most,
    )
