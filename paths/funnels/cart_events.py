"""The scope cart: which events belong to which of a person's ways towards an order."""

from datetime import timedelta

import dataframely as dy
import polars as pl

from ingest import Sessioned
from paths.carts.journey_events import follow_journeys

PLACE = ["session_id", "step"]


def name_carts(sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned], quiet: timedelta) -> pl.LazyFrame:
    """Add `cart` to people's events: the person and the number of the journey, as `ann#1`; null where there is none.

    To a journey belong all events of the person, of any kind, from its first to its last one, in the order of time,
    session and step. A row of `Journey` with the same person and number tells how the journey ended.
    """
    shopping = follow_journeys(sessioned, quiet).lazy()
    number = pl.col("journey") - pl.col("journey").min().over("person_id") + 1
    named = shopping.select(*PLACE, cart=pl.concat_str("person_id", pl.lit("#"), number))
    before, after = (pl.col("cart").fill_null(strategy=way) for way in ("forward", "backward"))
    return (
        sessioned.lazy()
        .filter(pl.col("robot").is_null())
        .join(named, on=PLACE, how="left")
        .sort("person_id", "occurred_at", *PLACE)
        .with_columns(cart=pl.when(before == after).then(before))
    )
