"""Crossings: what goes with what within a channel and from one channel to another."""

from collections.abc import Mapping
from datetime import datetime
from itertools import product
from typing import NamedTuple

import dataframely as dy
import numpy as np
import polars as pl

from ingest import CHANNELS
from recommend.baskets import Sighting
from recommend.codes import IntArray
from recommend.related.bound import Bound
from recommend.related.clusters import Clusters, Repeats, find_tail
from recommend.related.incidence import Incidence, RelationSettings, encode_sightings
from recommend.related.meetings import Meetings, count_meetings
from serving import find_q_values, wilson_bounds

MOST_CROSSINGS = 5_000_000
"""Pairs that memory has room for, some 300 bytes each; the surest hundred are read."""


class Crossing(dy.Schema):
    """One item on one channel, and one that went with it there or on another channel, in one kind of baskets."""

    relation = dy.String(primary_key=True, description="Which baskets: what they are called where they were given")
    channel_a = dy.String(primary_key=True, description="Where the first was seen: web, wap or app")
    item_a = dy.String(primary_key=True, description="The item that is asked about")
    channel_b = dy.String(primary_key=True, description="Where the second was seen")
    item_b = dy.String(primary_key=True, description="The item that went with it; on another channel perhaps the same")
    baskets = dy.Int64(nullable=False, min=1, description="Baskets that hold both")
    people = dy.Int64(nullable=False, min=1, description="Different people who have such a basket")
    baskets_a = dy.Int64(nullable=False, min=1, description="Baskets that hold the first on its channel")
    expected = dy.Float64(
        nullable=False, min=0, description="Baskets that would hold both by chance, given how large they are there"
    )
    ratio = dy.Float64(nullable=False, min=0, description="baskets / expected; above 1: more often than by chance")
    confidence = dy.Float64(nullable=False, min=0, max=1, description="baskets / baskets_a")
    low = dy.Float64(nullable=False, min=0, max=1, description="Lower end of its 95 % interval (Wilson)")
    high = dy.Float64(nullable=False, min=0, max=1, description="Upper end of its 95 % interval (Wilson)")
    p_value = dy.Float64(
        nullable=False,
        min=0,
        max=1,
        description="Chance of so many or more, those of one person told as fewer, if nothing ties the two",
    )
    q_value = dy.Float64(
        nullable=False, min=0, max=1, description="Share of false finds if all down to this one are believed"
    )


class Owned(NamedTuple):
    """What people had in two baskets or more, each person's items being items of their own."""

    rows: pl.DataFrame
    """As `encode_sightings` gives them, with codes of the own items."""
    items: IntArray
    """The item that each own one is."""


def count_crossings(
    relations: Mapping[str, dy.LazyFrame[Sighting] | dy.DataFrame[Sighting]], settings: RelationSettings, now: datetime
) -> dy.DataFrame[Crossing]:
    """Count, for each kind of baskets and each ordered pair of channels, which items went with which.

    Chance is worked out for each pair of channels by itself: items dealt into the baskets that hold any on the one
    and any on the other, so that a ratio above 1 tells of the items and not of people who use both channels. p is the
    upper tail of a Poisson count in which one person's baskets are no separate evidence (`find_tail`), q Benjamini and
    Hochberg's (1995) over all pairs of items on two channels that are in `min_together` baskets or more each. Every
    basket that counts (`relate_items`) counts alike, whatever its age. Sorted by relation, channels, then by the
    interval's lower end, the largest first, and the items. Raises TooManySetsError where there are more than
    `MOST_CROSSINGS`.
    """
    bound = _bound_pairs(settings)
    parts = [_count(name, sightings, settings, now, bound) for name, sightings in relations.items()]
    told = pl.concat([table for table, _ in parts])
    tests = sum(tests for _, tests in parts)
    ordered = told.with_columns(q_value=find_q_values(told["p_value"].to_numpy(), tests)).sort(
        "relation", "channel_a", "channel_b", "low", "item_a", "item_b", descending=[False] * 3 + [True] + [False] * 2
    )
    return Crossing.cast(ordered.select(Crossing.column_names()))


def _bound_pairs(settings: RelationSettings) -> Bound:
    fix = "Raise `min_together`, or let fewer large baskets count: `[evidence] most_items`."
    kind = f"pairs of items on two channels came together in {settings.min_together} baskets or more"
    return Bound(MOST_CROSSINGS, kind, "[relations]", fix)


def _count(
    relation: str,
    sightings: dy.LazyFrame[Sighting] | dy.DataFrame[Sighting],
    settings: RelationSettings,
    now: datetime,
    bound: Bound,
) -> tuple[pl.DataFrame, int]:
    """Count one kind of baskets, channel by channel; and how many pairs could have been found."""
    place = pl.concat_str("channel", "item_id", separator="\t")
    rows, names = encode_sightings(sightings.lazy().with_columns(item_id=place), settings, now)
    owned = _own_items(rows)
    parts = [_cross(rows, owned, names, pair, settings.min_together, bound) for pair in product(CHANNELS, CHANNELS)]
    told = pl.concat([part for part, _ in parts]).with_columns(relation=pl.lit(relation))
    return told, sum(tests for _, tests in parts)


def _own_items(rows: pl.DataFrame) -> Owned:
    """Take what each person had in two baskets or more for items of their own."""
    own = ["person_id", "item_id"]
    again = rows.filter(pl.col("basket").n_unique().over(own) > 1)
    named = again.select(own).unique().sort(own).with_row_index("own")
    coded = again.join(named, on=own).select(pl.exclude("item_id", "own"), item_id=pl.col("own").cast(pl.Int64))
    return Owned(coded, named["item_id"].to_numpy())


def _cross(
    rows: pl.DataFrame, owned: Owned, names: pl.Series, pair: tuple[str, str], least: int, bound: Bound
) -> tuple[pl.DataFrame, int]:
    """Count what was asked about on the one channel and told on the other; and how many pairs could have been found."""
    tables = _lay_out(rows, len(names), pair)

    def admit(met: Meetings) -> Meetings:
        bound.add(len(met.both))
        return met

    met = count_meetings(tables.asked, tables.told, tables.weight, least, admit)
    clusters = _cluster(met, owned, len(names), pair)
    alone = np.bincount(tables.asked.indices, minlength=len(names))
    others = np.bincount(tables.told.indices, minlength=len(names))
    askable, tellable = alone >= least, others >= least
    tests = int(askable.sum()) * int(tellable.sum()) - int((askable & tellable).sum())
    expected = tables.expect(met)
    low, high = wilson_bounds(met.both, alone[met.asked])
    items = names.str.split("\t").list.get(1)
    told = pl.DataFrame(
        {
            "item_a": items.gather(met.asked),
            "item_b": items.gather(met.told),
            "baskets": met.both,
            "people": clusters.people,
            "baskets_a": alone[met.asked],
            "expected": expected,
            "ratio": met.both / expected,
            "confidence": met.both / alone[met.asked],
            "low": low,
            "high": high,
            "p_value": find_tail(met.both, expected, clusters),
        }
    )
    return told.with_columns(channel_a=pl.lit(pair[0]), channel_b=pl.lit(pair[1])), tests


def _lay_out(rows: pl.DataFrame, items: int, pair: tuple[str, str]) -> Incidence:
    """Lay out what was asked about on the one channel and told on the other, each basket alike."""
    first, second = pair
    roles = {
        "asked": pl.col("asked") & (pl.col("channel") == first),
        "told": pl.col("told") & (pl.col("channel") == second),
    }
    return Incidence.lay_out(rows.with_columns(**roles, weight=1.0), items)


def _cluster(met: Meetings, owned: Owned, items: int, pair: tuple[str, str]) -> Clusters:
    """Tell who stands behind the pairs that met: people's own items that met twice or more are counted like all."""
    repeats, tables = Repeats(met.asked * items + met.told), _lay_out(owned.rows, len(owned.items), pair)

    def add(again: Meetings) -> Meetings:
        repeats.add(owned.items[again.asked] * items + owned.items[again.told], again.both)
        return again.choose(np.zeros(len(again.both), np.bool_))

    count_meetings(tables.asked, tables.told, tables.weight, 2, add)
    return repeats.tell(met.both)
