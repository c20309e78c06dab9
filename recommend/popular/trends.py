"""Trends: what more people care for these days than usually do."""

from datetime import datetime, timedelta

import dataframely as dy
import msgspec
import numpy as np
import polars as pl
from scipy.special import gammaincinv

from ingest import Product, Sessioned
from recommend.interactions import find_interest
from recommend.popular.popularity import name_keys
from serving import RankedLists

HOUR_MICROSECONDS = 3_600_000_000
RECENT_HALF_LIVES = 4
"""Half-lives that count as recent: what is older weighs a sixteenth and less."""
LOW = 0.025
"""The lower end of a 95 % interval."""


class TrendSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What counts as a trend."""

    half_life_hours: float = 24.0
    """Hours until a person's interest counts half. A day: promotions and launches show on the next morning."""
    base_days: int = 28
    """Days before the recent ones that tell what is usual. Four weeks: each weekday four times, and a month's bill."""
    prior_people: float = 20.0
    """People, at the usual rate, that are added to both sides, so that five visitors of a rare item are no trend."""

    def __post_init__(self) -> None:
        """Refuse numbers that are not above 0, all at once."""
        units = {"half_life_hours": "hours", "base_days": "days", "prior_people": "people"}
        low = [(name, getattr(self, name), unit) for name, unit in units.items() if not getattr(self, name) > 0]
        if low:
            faults = "; ".join(f"`{name}` is {value}: give a number of {unit} above 0" for name, value, unit in low)
            raise ValueError(f"The settings of trends are wrong: {faults}.")


def rank_trending(
    sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned],
    products: dy.DataFrame[Product],
    settings: TrendSettings,
    now: datetime,
    most: int = 200,
) -> RankedLists:
    r"""Rank the items that more people care for than usually do, on all channels, each channel, and by category.

    Keys are `all`, `web` and so on, and `all\tCATEGORY`, `web\tCATEGORY`. Of each key, an item's R is the sum over the
    people who cared for it in the last four half-lives, each once and the last time, of w = 2^(-age / half-life); b
    is its share of the people of each item in the `base_days` before. With R₊ the sum of all R, it was to expect
    E = R₊ · b. As c = R / Σw² people of equal weight tell as much as one of these (L. Kish, 1965), and as the ratio is
    1 but for what is known, with m = `prior_people` (a Gamma(m, m) prior, and Poisson counts), the ratio has the mean

        (c R + m) / (c E + m)

    The score is the lower end of its 95 % interval, the 2.5 % quantile of Gamma(c R + m, c E + m). Only what scores
    above 1 is listed: what is as popular as ever is no trend. `together` and `alone` count the people of the last four
    half-lives, of the item and of the key. Robots are left out. Where nothing came before, nothing is a trend.
    """
    recent_from = now - timedelta(hours=RECENT_HALF_LIVES * settings.half_life_hours)
    base_from = recent_from - timedelta(days=settings.base_days)
    seen = find_interest(sessioned).filter(pl.col("occurred_at").is_between(base_from, now))
    rows = name_keys(seen, products)
    recent, before = rows.filter(pl.col("occurred_at") > recent_from), rows.filter(pl.col("occurred_at") <= recent_from)
    table = _weigh(recent, settings, now).join(_share(before), on=["key", "item_id"], how="left")
    based = table.join(before.select("key").unique(), on="key", how="semi").sort("key", "item_id").collect()
    scored = based.with_columns(score=_score(based, settings.prior_people)).filter(pl.col("score") > 1)
    return RankedLists.from_rows(
        scored["key"].to_list(),
        scored["item_id"].to_list(),
        score=scored["score"].to_numpy(),
        together=scored["together"].to_numpy(),
        alone=scored["alone"].to_numpy(),
        most=most,
    )


def rank_risen(
    sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned],
    products: dy.DataFrame[Product],
    settings: TrendSettings,
    since: datetime,
    until: datetime,
) -> RankedLists:
    """Rank what rose after a moment, told from the days after it alone: what trends foretold then is judged by it.

    The days are four half-lives, or all up to `until` where these are fewer; then half-lives are as much shorter.
    Nothing rose where `until` is no later than `since`.
    """
    if until <= since:
        return RankedLists.empty()
    days = min(until - since, timedelta(hours=RECENT_HALF_LIVES * settings.half_life_hours))
    half_life = days / RECENT_HALF_LIVES / timedelta(hours=1)
    as_long = msgspec.structs.replace(settings, half_life_hours=half_life)
    return rank_trending(sessioned, products, as_long, since + days)


def _weigh(recent: pl.LazyFrame, settings: TrendSettings, now: datetime) -> pl.LazyFrame:
    """Weigh the recent people of each item, and count them and those of its key."""
    age = (pl.lit(now) - pl.col("occurred_at")).dt.total_microseconds() / HOUR_MICROSECONDS
    people = recent.group_by("key", "item_id", "person_id").agg(pl.col("occurred_at").max())
    weighed = people.with_columns(weight=2.0 ** (-age / settings.half_life_hours)).sort("key", "item_id", "person_id")
    items = weighed.group_by("key", "item_id", maintain_order=True).agg(
        together=pl.len(), weight=pl.col("weight").sum(), squares=(pl.col("weight") ** 2).sum()
    )
    of_key = recent.group_by("key").agg(alone=pl.col("person_id").n_unique())
    return items.join(of_key, on="key").with_columns(whole=pl.col("weight").sum().over("key"))


def _share(before: pl.LazyFrame) -> pl.LazyFrame:
    """Tell each item's share of the people of the days before."""
    people = before.select("key", "item_id", "person_id").unique().group_by("key", "item_id").agg(people=pl.len())
    return people.select("key", "item_id", usual=pl.col("people") / pl.col("people").sum().over("key"))


def _score(table: pl.DataFrame, prior: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    weight, squares = table["weight"].to_numpy(), table["squares"].to_numpy()
    people = weight / np.where(squares > 0, squares, 1.0)
    expected = table["whole"].to_numpy() * table["usual"].fill_null(0.0).to_numpy()
    return np.asarray(gammaincinv(people * weight + prior, LOW) / (people * expected + prior), np.float64)
