"""Abandonment: each customer's way towards an order, and where those who gave up left it."""

from datetime import datetime, timedelta

import dataframely as dy
import msgspec
import polars as pl

from ingest import STAGES, Sessioned
from paths.journey_events import find_carts, find_next_pages, follow_journeys

STATES = ("bought", "emptied", "abandoned", "open")
GIVEN_UP = ("emptied", "abandoned")


class AbandonmentSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a journey counts as given up."""

    quiet_hours: float = 24.0
    """Silence longer than this ends a journey. A day: people sleep over an order, and few come back later."""


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


class AbandonmentStage(dy.Schema):
    """One stage on one channel. Reached = reached the next stage + gave up + open (purchase: bought)."""

    stage = dy.String(primary_key=True, description="page, cart, delivery, payment or purchase")
    channel = dy.String(primary_key=True, description="Channel of the journeys' last event")
    reached = dy.Int64(nullable=False, min=0, description="Journeys that came to this stage or further")
    gave_up = dy.Int64(nullable=False, min=0, description="Journeys that came no further and were abandoned or emptied")
    share = dy.Float64(nullable=True, min=0, max=1, description="Gave up, of those who reached the stage")
    open = dy.Int64(nullable=False, min=0, description="Journeys that came no further yet")
    value_left = dy.Float64(
        nullable=False, min=0, description="Worth of the carts of those who gave up, in the operator's currency"
    )
    last_page = dy.String(nullable=True, description="The page most of those who gave up saw last")


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
    events = follow_journeys(sessioned, quiet).collect().lazy()
    journeys = _summarize(events, quiet, data_ends_at)
    left_over = pl.when(pl.col("state") != "bought").then(pl.col("items_left", "value_left")).fill_null(0)
    return Journey.cast(
        journeys.join(find_carts(events, None if prices is None else prices.lazy()), on="journey", how="left")
        .join(find_next_pages(sessioned, journeys), on="journey", how="left")
        .with_columns(left_over)
        .with_columns(number=pl.int_range(1, pl.len() + 1).over("person_id", order_by="journey"))
        .sort("person_id", "number")
        .collect()
    )


def _summarize(events: pl.LazyFrame, quiet: timedelta, data_ends_at: datetime) -> pl.LazyFrame:
    """Sum up each journey's events: one row a journey, all but its cart."""
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
    return (
        events.group_by("journey")
        .agg(
            pl.col("person_id").first(),
            pl.col("channel", "emptied").last(),
            opened_at=pl.col("occurred_at").first(),
            last_changed_at=pl.col("occurred_at").last(),
            stage=pl.col("stage").cast(pl.Enum(STAGES)).max().cast(pl.String),
            last_page=pl.col("page").drop_nulls().last(),
        )
        .with_columns(state=state)
        .with_columns(ended_at=pl.when(pl.col("state").is_in(["bought", "emptied"])).then(last).otherwise(silent_at))
    )


def count_abandonment(journeys: dy.LazyFrame[Journey] | dy.DataFrame[Journey]) -> dy.DataFrame[AbandonmentStage]:
    """Count where journeys were given up: one row for each stage of each channel that has journeys.

    The greatest value left stands first; ties in the order of the stages, then of the channels. Of pages that equally
    many saw last, the first by name counts.
    """
    stage = pl.col("stage")
    cells = journeys.lazy().select("channel").unique().join(pl.LazyFrame({"stage": STAGES}), how="cross")
    return AbandonmentStage.cast(
        cells.join(_count_stops(journeys.lazy()), on=["stage", "channel"], how="left")
        .join(_find_last_pages(journeys.lazy()), on=["stage", "channel"], how="left")
        .with_columns(pl.col("stopped", "gave_up", "open", "value_left").fill_null(0))
        .with_columns(stage.cast(pl.Enum(STAGES)))
        .sort("channel", "stage")
        .with_columns(reached=pl.col("stopped").cum_sum(reverse=True).over("channel"))
        .with_columns(share=pl.when(pl.col("reached") > 0).then(pl.col("gave_up") / pl.col("reached")))
        .sort("value_left", "stage", "channel", descending=[True, False, False])
        .with_columns(stage.cast(pl.String))
        .collect()
    )


def _count_stops(journeys: pl.LazyFrame) -> pl.LazyFrame:
    """Count the journeys that came exactly to each stage, and what became of them."""
    given_up = pl.col("state").is_in(GIVEN_UP)
    return (
        journeys.sort("person_id", "number")
        .group_by("stage", "channel", maintain_order=True)
        .agg(
            stopped=pl.len(),
            gave_up=given_up.sum(),
            open=(pl.col("state") == "open").sum(),
            value_left=pl.col("value_left").filter(given_up).sum(),
        )
    )


def _find_last_pages(journeys: pl.LazyFrame) -> pl.LazyFrame:
    """Find the page that most of those who gave up saw last."""
    return (
        journeys.filter(pl.col("state").is_in(GIVEN_UP), pl.col("last_page").is_not_null())
        .group_by("stage", "channel", "last_page")
        .len()
        .sort("stage", "channel", "len", "last_page", descending=[False, False, True, False])
        .group_by("stage", "channel", maintain_order=True)
        .agg(pl.col("last_page").first())
    )
