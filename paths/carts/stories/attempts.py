"""Attempts: each day on which somebody came to a stage or a page, and whether they left from there."""

from datetime import datetime, timedelta

import dataframely as dy
import polars as pl

from ingest import STAGE_OF_EVENT, Sessioned
from paths.carts.drop_off import read_views
from paths.carts.journey_ends import summarize_journeys, tell_ends
from paths.carts.journey_events import follow_journeys
from paths.carts.journeys import GIVEN_UP

UNIT = ("place", "channel", "device", "day", "person")
COLUMNS = (*UNIT, "stage", "page", "left")


def list_stage_attempts(
    sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned], quiet: timedelta, data_ends_at: datetime, zone: str
) -> pl.LazyFrame:
    """List who came to which stage before the purchase on which day, and whether they gave up right there.

    A journey counts with its first arrival at each stage, and a person once a day for each channel and device, with the
    last of the journeys that arrived then, however often they came. Channel, device and day are the arrival's; `page`
    is the last page of the stage; `person` is a number. Left out are journeys that are open, and arrivals so late that
    a silence could not have ended yet, bought or not: else the last day would look better than it was.
    """
    events = follow_journeys(sessioned, quiet)
    ends = tell_ends(summarize_journeys(events), quiet, data_ends_at).lazy().filter(pl.col("state") != "open")
    arrivals = (
        events.lazy()
        .filter(pl.col("stage") != "purchase")
        .group_by("journey", "stage", maintain_order=True)
        .agg(pl.col("occurred_at", "channel", "device").first(), pl.col("page").drop_nulls().last())
        .filter(pl.col("occurred_at") + quiet < data_ends_at)
        .with_columns(pl.col("stage", "channel").cast(pl.String))
    )
    given_up_at = ends.select("journey", "state", furthest="stage", person=pl.col("person_id").rle_id())
    here = pl.col("state").is_in(GIVEN_UP) & (pl.col("furthest") == pl.col("stage"))
    listed = arrivals.join(given_up_at, on="journey").with_columns(place="stage", left=here)
    return _count_once_a_day(listed, zone)


def list_page_attempts(
    sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned], most_pages: int, zone: str
) -> pl.LazyFrame:
    """List who came to which page on which day, and whether their session ended there; the busiest pages only.

    A person counts once a day for each page, channel and device, with the last of their sessions. A page's stage is the
    one that most of its events have; null where none has any.
    """
    views = read_views(sessioned).lazy()
    busiest = views.group_by("page").len().sort("len", "page", descending=[True, False]).head(most_pages).select("page")
    return (
        views.join(busiest, on="page", how="semi")
        .group_by("session", "page")
        .agg(pl.col("occurred_at", "channel", "device", "person").first(), left=pl.col("exits").any())
        .join(_find_stages(sessioned), on="page", how="left")
        .with_columns(place="page")
        .pipe(_count_once_a_day, zone)
    )


def _find_stages(sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned]) -> pl.LazyFrame:
    """Find the stage of each page: that of most of its events, ties by name."""
    of_name = pl.col("name").replace_strict(STAGE_OF_EVENT, default=None, return_dtype=pl.String)
    return (
        sessioned.lazy()
        .filter(pl.col("robot").is_null(), pl.col("page").is_not_null())
        .group_by("page", stage=pl.coalesce("stage", of_name))
        .len()
        .drop_nulls("stage")
        .sort("page", "len", "stage", descending=[False, True, False])
        .group_by("page", maintain_order=True)
        .agg(pl.col("stage").first())
    )


def _count_once_a_day(attempts: pl.LazyFrame, zone: str) -> pl.LazyFrame:
    """Keep the last attempt of each person and day; of those of one moment the one that left, then by page."""
    return (
        attempts.with_columns(day=pl.col("occurred_at").dt.convert_time_zone(zone).dt.date())
        .sort("occurred_at", "left", "page")
        .unique(UNIT, keep="last")
        .select(COLUMNS)
    )
