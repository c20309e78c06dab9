"""Journeys: each person's way towards one order, and how it ended."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import dataframely as dy
import msgspec
import polars as pl

from ingest import STAGES, Sessioned
from paths.carts.contents import list_left, value_carts
from paths.carts.journey_ends import summarize_journeys, tell_ends
from paths.carts.journey_events import follow_rounds
from paths.carts.onward import find_next_pages, find_next_visits, read_walks
from paths.carts.recovery import find_recoveries, list_bought

STATES = ("bought", "emptied", "abandoned", "open")
GIVEN_UP = ("emptied", "abandoned")
"""The states of a journey that ended without an order."""
ROUNDING = 1e-6
MOST_ROWS = 1_000_000
"""Events that are traced at once, about. 3 M at once need 1.1 GB, a million 0.5 GB, and cost hardly more time."""
MOST_DAYS = 366
"""A year."""
MOST_HOURS = MOST_DAYS * 24


class AbandonmentSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a journey counts as given up, and its cart as recovered."""

    quiet_hours: float = 24.0
    """Silence longer than this ends a journey. A day: people sleep over an order, and few come back later."""

    recover_days: float = 30.0
    """Days after its last change within which a cart that was left may still be recovered. A month: one bill's time."""

    def __post_init__(self) -> None:
        faults = [
            f"{name} is {given:g}: give a number of {unit} above 0, like {usual}, and at most {most}"
            for name, given, unit, usual, most in (
                ("quiet_hours", self.quiet_hours, "hours", 24, MOST_HOURS),
                ("recover_days", self.recover_days, "days", 30, MOST_DAYS),
            )
            if not 0 < given <= most
        ]
        if faults:
            raise ValueError(f"Abandonment cannot be traced: {'; '.join(faults)}.")


class Journey(dy.Schema):
    """One person's way towards one order."""

    person_id = dy.String(primary_key=True, description="The customer if known, else the visitor")
    number = dy.Int64(primary_key=True, min=1, description="The person's journeys, from 1 in the order of time")
    opened_at = dy.Datetime(
        nullable=False, time_unit="us", time_zone="UTC", description="The first look at a product, or add to cart"
    )
    channel = dy.String(nullable=False, description="Channel of its last event: web, wap or app")
    device = dy.String(nullable=True, description="Kind of device of its last event")
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
    next_pages = dy.List(
        dy.String(),
        nullable=False,
        description="The pages, at most five, that its last session went on with; none unless it was given up",
    )
    next_page = dy.String(nullable=True, description="The first page of the person's next session, on any channel")
    recovered_at = dy.Datetime(
        nullable=True,
        time_unit="us",
        time_zone="UTC",
        description="When the person first bought any of the items left in an abandoned cart, within `recover_days`",
    )
    recovered_value = dy.Float64(
        nullable=False, min=0, description="Worth of those of the items left that were bought then"
    )

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
    def recovered_was_abandoned(cls) -> pl.Expr:
        """Only an abandoned journey with a cart is recovered, after its end, and for no more than was left."""
        left = (cls.state.col == "abandoned") & (cls.stage.col != "page")
        whole = cls.recovered_value.col <= cls.value_left.col + ROUNDING
        never = cls.recovered_at.col.is_null() & (cls.recovered_value.col == 0)
        return pl.when(never).then(True).otherwise(left & whole & (cls.recovered_at.col > cls.ended_at.col))

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

    An abandoned cart is recovered when the person first buys one of its items within `recover_days` of its last event.
    A purchase that names no item bought what the cart of its own journey held; where that is unknown too, or the
    abandoned cart's items have no names, any purchase counts. One purchase may recover several carts.

    People are traced a slice of them after the other, so that memory grows with the journeys and not with the events.
    """
    traced = [_trace_people(people, settings, data_ends_at, prices) for people in _cut_people(sessioned)]
    return Journey.cast(pl.concat(traced).sort("person_id", "number"))


def _cut_people(
    sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned],
) -> Iterator[dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned]]:
    """Cut the events into slices of about so many rows, each with all events of its people."""
    events = sessioned.lazy()
    slices = -(-events.select(pl.len()).collect().item() // MOST_ROWS)
    if slices <= 1:
        yield sessioned
        return
    of_slice = pl.col("person_id").hash() % slices
    yield from (Sessioned.cast(events.filter(of_slice == number)) for number in range(slices))


def _trace_people(
    sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned],
    settings: AbandonmentSettings,
    data_ends_at: datetime,
    prices: pl.LazyFrame | pl.DataFrame | None,
) -> pl.DataFrame:
    """Trace the journeys of some of the people, with all of their events."""
    quiet = timedelta(hours=settings.quiet_hours)
    rounds = follow_rounds(sessioned, quiet)
    events = rounds.filter("opened")
    journeys = tell_ends(summarize_journeys(events), quiet, data_ends_at)
    left, walks = list_left(events.lazy(), None if prices is None else prices.lazy()), read_walks(sessioned)
    given_up = journeys.filter(pl.col("state").is_in(GIVEN_UP))
    carts = given_up.filter(pl.col("state") == "abandoned", pl.col("stage") != "page")
    recoveries = find_recoveries(carts, left, list_bought(rounds, left), timedelta(days=settings.recover_days))
    parts = (value_carts(left), find_next_visits(walks, journeys.lazy()), find_next_pages(walks, given_up).lazy())
    return _number_journeys(journeys.lazy(), (*parts, recoveries))


def _number_journeys(journeys: pl.LazyFrame, parts: Iterable[pl.LazyFrame]) -> pl.DataFrame:
    """Join what is known of the journeys, and number those of each person."""
    for part in parts:
        journeys = journeys.join(part, on="journey", how="left")
    left_over = pl.when(pl.col("state") != "bought").then(pl.col("items_left", "value_left")).fill_null(0)
    row, another = pl.int_range(pl.len()), pl.col("person_id").ne_missing(pl.col("person_id").shift(1))
    return (
        journeys.sort("person_id", "journey")
        .with_columns(left_over, number=row + 1 - pl.when(another).then(row).forward_fill())
        .with_columns(pl.col("next_pages").fill_null([]), pl.col("recovered_value").fill_null(0.0))
        .select(Journey.column_names())
        .collect()
    )
