"""Relations: for each item the items that go with it, on each channel and on all, ranked for those who choose today."""

from datetime import datetime
from typing import NamedTuple

import dataframely as dy
import numpy as np
import polars as pl

from recommend.baskets import Sighting
from recommend.codes import FloatArray, IntArray
from recommend.related.incidence import Incidence, RelationSettings, encode_sightings
from recommend.related.meetings import Meetings, count_meetings
from recommend.related.together import BoolArray
from serving import CHANNEL_BIT, RankedLists, wilson_bounds


def relate_items(
    sightings: dy.LazyFrame[Sighting] | dy.DataFrame[Sighting],
    settings: RelationSettings,
    now: datetime,
    most: int = 50,
) -> RankedLists:
    r"""Rank for each item the items that were in its baskets, over all channels and on each.

    Keys are the items, over all channels, and `web\tITEM`, for each channel where the item is in `min_channel_baskets`
    or more: there what is asked about was seen on that channel. A basket of age a days with n items to be told weighs

        w = 2^(-a / half_life_days) / n^s

    with s the `size_power`: of many items fewer belong together (M. Newman, 2001, lets authors of a paper of n share it
    with s = 1 and n - 1). Of an item's weight f, k fell on baskets with the other item. Its score is

        low(k / f) · ((k + m) / (E + m))^g

    with low the lower end of Wilson's interval (1927) of that share, as if there were f² / Σw² baskets (L. Kish,
    1965: that many of equal weight would tell as much), E what chance gives baskets of these sizes and weights
    (`Incidence.expect`), m the `ratio_prior` and g the `ratio_power`. `together` and `alone` are counts of baskets,
    whole and without weights, of those within `window_days` and not after `now`. Which baskets count at all is
    `choose_baskets`' to say.
    """
    rows, names = encode_sightings(sightings, settings, now)
    parts = [_relate(rows, len(names), "", 1, settings, most)]
    for channel in CHANNEL_BIT:
        here = rows.filter((pl.col("channel") == channel) | ~pl.col("asked"))
        parts.append(_relate(here, len(names), f"{channel}\t", settings.min_channel_baskets, settings, most))
    return _rank(parts, names, most)


class Related(NamedTuple):
    """The meetings of one channel, with their scores."""

    prefix: str
    """What stands before the items' names in the keys."""
    meetings: Meetings
    score: FloatArray
    alone: IntArray
    """Baskets that hold each item, by code."""


def _relate(rows: pl.DataFrame, items: int, prefix: str, least: int, settings: RelationSettings, most: int) -> Related:
    """Relate the items of some rows, each to the `most` best; those asked about are in `least` baskets or more."""
    tables = Incidence.lay_out(rows, items).lighten(settings.size_power)
    alone = np.bincount(tables.asked.indices, minlength=items)
    evidence = _weigh_evidence(tables)

    def choose(met: Meetings) -> Meetings:
        known = met.choose(alone[met.asked] >= least)
        return known.choose(_mark_best(known, _score(known, tables, evidence, settings), most))

    met = count_meetings(tables.asked, tables.told, tables.weight, settings.min_together, choose)
    return Related(prefix, met, _score(met, tables, evidence, settings), alone)


def _weigh_evidence(tables: Incidence) -> FloatArray:
    """Tell for each item how many baskets of equal weight would tell as much as those it is asked about in."""
    squares = tables.weight**2 @ tables.asked
    return np.asarray(tables.of_asked**2 / np.where(squares > 0, squares, 1.0))


def _mark_best(met: Meetings, score: FloatArray, most: int) -> BoolArray:
    """Mark the best of each item that is asked about, as `RankedLists` ranks them."""
    order = np.lexsort((met.told, -score.astype(np.float32), met.asked))
    sizes = np.bincount(met.asked)
    marks = np.empty(len(order), np.bool_)
    marks[order] = np.arange(len(order)) - np.repeat(np.cumsum(sizes) - sizes, sizes) < most
    return marks


def _score(met: Meetings, tables: Incidence, of_item: FloatArray, settings: RelationSettings) -> FloatArray:
    expected, size, evidence = tables.expect(met), tables.of_asked[met.asked], of_item[met.asked]
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
