"""Attempts: each time somebody came to a stage or a page, and whether they left from there."""

from datetime import datetime, timedelta

import dataframely as dy
import polars as pl

from ingest import STAGE_OF_EVENT, Sessioned
from paths.carts.drop_off import read_views
from paths.carts.journey_ends import summarize_journeys, tell_ends
from paths.carts.journey_events import follow_journeys
from paths.carts.journeys import GIVEN_UP

COLUMNS = ("kind", "place", "stage", "page", "channel", "device", "day", "left")


def list_stage_attempts(
    sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned], quiet: timedelta, data_ends_at: datetime, zone: str
) -> pl.LazyFrame:
    """List each journey's first arrival at each stage before the purchase, and whether it was given up right there.

    Channel, device and day are the arrival's; `page` is the last page of the stage. Left out are journeys that are
    open, and arrivals so late that a silence could not have ended yet, bought or not: else the last day would look
    better than it was.
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
    given_up_at = ends.select("journey", "state", furthest="stage")
    here = pl.col("state").is_in(GIVEN_UP) & (pl.col("furthest") == pl.col("stage"))
    return arrivals.join(given_up_at, on="journey").select(
        "page", "channel", "device", "stage", kind=pl.lit("stage"), place="stage", day=_tell_day(zone), left=here
    ).select(COLUMNS)  # fmt: skip


def list_page_attempts(
    sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned], most_pages: int, zone: str
) -> pl.LazyFrame:
    """List for each session the pages that it saw, and whether it ended on the page; the busiest pages only.

    A page's stage is the one that most of its events have; null where none has any.
    """
    views = read_views(sessioned).lazy()
    busiest = views.group_by("page").len().sort("len", "page", descending=[True, False]).head(most_pages).select("page")
    return (
        views.join(busiest, on="page", how="semi")
        .group_by("session", "page")
        .agg(pl.col("occurred_at", "channel", "device").first(), left=pl.col("exits").any())
        .join(_find_stages(sessioned), on="page", how="left")
        .with_columns(kind=pl.lit("page"), place="page", day=_tell_day(zone))
        .select(COLUMNS)
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


def _tell_day(zone: str) -> pl.Expr:
    return pl.col("occurred_at").dt.convert_time_zone(zone).dt.date()
