"""Journeys: each person's way towards one order, and how it ended."""

from datetime import datetime, timedelta

import dataframely as dy
import msgspec
import numpy as np
import polars as pl

from ingest import STAGES, Sessioned
from paths.carts.contents import value_carts
from paths.carts.journey_events import follow_journeys
from paths.carts.next_visit import find_next_pages
from paths.rows.numbering import Ints, mark_run_ends, mark_runs

STATES = ("bought", "emptied", "abandoned", "open")
GIVEN_UP = ("emptied", "abandoned")
"""The states of a journey that ended without an order."""
MOST_HOURS = 366 * 24
"""A year."""


class AbandonmentSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a journey counts as given up."""

    quiet_hours: float = 24.0
    """Silence longer than this ends a journey. A day: people sleep over an order, and few come back later."""

    def __post_init__(self) -> None:
        if not 0 < self.quiet_hours <= MOST_HOURS:
            wish = f"give a number of hours above 0, like 24, and at most {MOST_HOURS}"
            raise ValueError(f"Abandonment cannot be traced: quiet_hours is {self.quiet_hours:g}: {wish}.")


class Journey(dy.Schema):
    """One person's way towards one order."""

    person_id = dy.String(primary_key=True, description="The customer if known, else the visitor")
    number = dy.Int64(primary_key=True, min=1, description="The person's journeys, from 1 in the order of time")
    opened_at = dy.Datetime(
        nullable=False, time_unit="us", time_zone="UTC", description="The first look at a product, or add to cart"
    )
    channel = dy.String(nullable=False, description="Channel of its last event: web, wap or app")
    last_changed_at = dy.Datetime(
        nullable=False, time_unit="us", time_zone="UTC", description="Its last event; silence counts from here"
    )
    ended_at = dy.Datetime(
        nullable=True, time_unit="us", time_zone="UTC", description="When it was bought, emptied or gone silent"
    )
    state = dy.String(nullable=False, description="bought, emptied, abandoned (gone silent) or open")
    stage = dy.String(nullable=False, description="The furthest stage reached: page, cart, delivery, payment, purchase")
    items_left = dy.Int64(nullable=False, min=0, description="Pieces in the cart at the last change; 0 once bought")
    value_left = dy.Float64(
        nullable=False,
        min=0,
        description="Worth of the cart at the last change, in the operator's currency; 0 once bought",
    )
    last_page = dy.String(nullable=True, description="The last page seen on the way")
    next_page = dy.String(nullable=True, description="The first page of the person's next session, on any channel")

    @dy.rule()
    def state_is_known(cls) -> pl.Expr:
        """The state is one of the four."""
        return cls.state.col.is_in(STATES)

    @dy.rule()
    def stage_is_known(cls) -> pl.Expr:
        """The stage is one of the five."""
        return cls.stage.col.is_in(STAGES)

    @dy.rule()
    def purchase_is_bought(cls) -> pl.Expr:
        """Exactly the bought journeys reached the purchase."""
        return (cls.stage.col == "purchase") == (cls.state.col == "bought")

    @dy.rule()
    def open_has_no_end(cls) -> pl.Expr:
        """Exactly the open journeys have not ended."""
        return (cls.state.col == "open") == cls.ended_at.col.is_null()


def trace_journeys(
    sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned],
    settings: AbandonmentSettings,
    data_ends_at: datetime,
    prices: pl.LazyFrame | pl.DataFrame | None = None,
) -> dy.DataFrame[Journey]:
    """Trace each person's ways towards an order over all channels; sorted by person and time. Robots make none.

    Only events with a stage count, so that looking up a bill does not keep a cart alive. A journey opens with a look at
    a product (stage page) or an add to cart; what comes before belongs to none. It ends by a purchase on any channel,
    by an emptied cart, or by silence of more than `quiet_hours`; it is open while that silence could still be broken
    (`data_ends_at` ≤ last event + quiet hours). A piece in the cart is worth its item's last price in the journey's
    cart events, else its `price` in `prices` (one row an `item_id`, like Product), else nothing.
    """
    quiet = timedelta(hours=settings.quiet_hours)
    events = follow_journeys(sessioned, quiet)
    journeys = _tell_ends(_summarize(events).lazy(), quiet, data_ends_at)
    left_over = pl.when(pl.col("state") != "bought").then(pl.col("items_left", "value_left")).fill_null(0)
    row, another = pl.int_range(pl.len()), pl.col("person_id").ne_missing(pl.col("person_id").shift(1))
    return Journey.cast(
        journeys.join(value_carts(events.lazy(), None if prices is None else prices.lazy()), on="journey", how="left")
        .join(find_next_pages(sessioned, journeys), on="journey", how="left")
        .sort("person_id", "journey")
        .with_columns(left_over, number=row + 1 - pl.when(another).then(row).forward_fill())
        .collect()
    )


def _summarize(events: pl.DataFrame) -> pl.DataFrame:
    """Sum up each journey's events: one row a journey, without its end and its cart."""
    journey = events["journey"].to_numpy()
    firsts, lasts = np.flatnonzero(mark_runs(journey)), np.flatnonzero(mark_run_ends(journey))
    stage = events["stage"].to_physical().to_numpy()
    page_seen = np.where(events["page"].is_not_null().to_numpy(), np.arange(journey.size), -1)
    last_seen = pl.Series(_find_greatest(page_seen, firsts)).replace(-1, None)
    return pl.DataFrame(
        {
            "journey": journey[firsts],
            "person_id": events["person_id"].gather(firsts),
            "channel": events["channel"].gather(lasts).cast(pl.String),
            "opened_at": events["occurred_at"].gather(firsts),
            "last_changed_at": events["occurred_at"].gather(lasts),
            "emptied": events["emptied"].gather(lasts),
            "stage": pl.Series(STAGES).gather(_find_greatest(stage, firsts)),
            "last_page": events["page"].gather(last_seen),
        }
    )


def _find_greatest(values: Ints, firsts: Ints) -> Ints:
    """Find the greatest value of each run that begins at `firsts`."""
    return np.maximum.reduceat(values, firsts).astype(np.int64) if firsts.size else firsts


def _tell_ends(journeys: pl.LazyFrame, quiet: timedelta, data_ends_at: datetime) -> pl.LazyFrame:
    """Tell how and when each journey ended."""
    last = pl.col("last_changed_at")
    state = (
        pl.when(pl.col("stage") == "purchase")
        .then(pl.lit("bought"))
        .when("emptied")
        .then(pl.lit("emptied"))
        .when(last + quiet < data_ends_at)
        .then(pl.lit("abandoned"))
        .otherwise(pl.lit("open"))
    )
    silent_at = pl.when(pl.col("state") == "abandoned").then(last + quiet)
    bought_or_emptied = pl.col("state").is_in(["bought", "emptied"])
    return journeys.with_columns(state=state).with_columns(
        ended_at=pl.when(bought_or_emptied).then(last).otherwise(silent_at)
    )
