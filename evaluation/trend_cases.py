"""Cases of trends: whether what is said to rise goes on rising."""

import dataframely as dy
import polars as pl

from evaluation.cases import INTEREST, Case, CaseSettings, thin_out
from ingest import Sessioned

EVERYWHERE = "all"
"""The channel of what rose on all of them together."""


class TrendCase(Case):
    """One person on one channel, and what they cared for of what rose there, or on all channels together."""

    channel = dy.String(nullable=False, description="Channel that the person was on")


def ask_trending(
    after: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned], risen: pl.DataFrame, settings: CaseSettings
) -> dy.DataFrame[TrendCase]:
    """Ask, for each person of the days after and each of their channels, which of the items that rose they cared for.

    `risen` names the items that more people cared for on these days than usually do, in the columns `channel` (`all`
    for all together) and `item_id`. What was as popular as ever is no answer: popularity knows that without a model.
    Sorted by person and channel.
    """
    cared = after.lazy().filter(pl.col("name").is_in(INTEREST), pl.col("robot").is_null())
    looks = cared.select("person_id", "channel", "item_id").unique().collect()
    everywhere = risen.filter(pl.col("channel") == EVERYWHERE).select("item_id")
    right = pl.concat([
        looks.join(risen, on=["channel", "item_id"], how="semi"), looks.join(everywhere, on="item_id", how="semi"),
    ]).unique()  # fmt: skip
    cases = right.group_by("person_id", "channel").agg(relevant=pl.col("item_id").sort()).sort("person_id", "channel")
    return TrendCase.cast(thin_out(cases.rename({"person_id": "unit"}), settings))
