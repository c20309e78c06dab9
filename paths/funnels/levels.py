"""Levels: how far each entrant of a funnel came, and when."""

from datetime import UTC, datetime, timedelta

import dataframely as dy
import numpy as np
import polars as pl

from ingest import Sessioned
from paths.carts.journeys import AbandonmentSettings
from paths.funnels.attribution import find_segments
from paths.funnels.cart_events import name_carts
from paths.funnels.definition import FunnelDefinition
from paths.funnels.matching import match_events
from paths.funnels.search.chains import NEVER, Chains
from paths.funnels.search.events import Arrangement, arrange_events
from paths.funnels.search.furthest import search_chains

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
STATUSES = ("converted", "lost", "open")
NO_TIME = -(2**62)
"""Stands where there is no time; no event is that old."""


class Level(dy.Schema):
    """One entrant of one funnel, and how far they came."""

    funnel = dy.String(primary_key=True, description="The funnel's name")
    entrant = dy.String(primary_key=True, description="The visitor, person or session, as the funnel's scope says")
    level = dy.Int64(nullable=False, min=1, description="The furthest step reached, from 1")
    steps = dy.Int64(nullable=False, min=1, description="Steps of the funnel")
    segment = dy.String(
        nullable=True, description="The value of the breakdown; null where there is none or the value is unknown"
    )
    entered_at = dy.Datetime(
        nullable=False, time_unit="us", time_zone="UTC", description="The first step of the furthest chain"
    )
    reached_at = dy.List(
        dy.Datetime(nullable=True, time_unit="us", time_zone="UTC"),
        nullable=False,
        description="When each step of the furthest chain was reached, as many as the level; null for one skipped",
    )
    status = dy.String(
        nullable=False,
        description="converted: took all steps; open: has time left when the data ends; lost: neither",
    )

    @dy.rule()
    def level_is_within_steps(cls) -> pl.Expr:
        """The level is at most the number of steps."""
        return cls.level.col <= cls.steps.col

    @dy.rule()
    def each_step_has_its_time(cls) -> pl.Expr:
        """There are as many times as steps reached."""
        return cls.reached_at.col.list.len() == cls.level.col

    @dy.rule()
    def ends_are_reached(cls) -> pl.Expr:
        """The first step and the furthest have their times: neither was skipped."""
        first, last = cls.reached_at.col.list.first(), cls.reached_at.col.list.last()
        return first.is_not_null() & last.is_not_null() & (first == cls.entered_at.col)

    @dy.rule()
    def status_is_known(cls) -> pl.Expr:
        """The status is converted, lost or open."""
        return cls.status.col.is_in(STATUSES)

    @dy.rule()
    def converted_took_all_steps(cls) -> pl.Expr:
        """Exactly those who took all steps are converted."""
        return (cls.level.col == cls.steps.col) == (cls.status.col == "converted")


def measure_levels(
    sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned],
    funnel: FunnelDefinition,
    data_ends_at: datetime,
    carts: AbandonmentSettings | None = None,
) -> dy.DataFrame[Level]:
    """Measure how far each entrant came in a funnel; sorted by entrant. Robots do not enter.

    A chain takes the steps in order, each with an event of its own, the last within the window (inclusive) after the
    first. Of all chains of an entrant the furthest wins; of those, the one that gets there first; of those, the one
    with the most optional steps; of those, the one whose events are latest, so that it also begins last: `entered_at`
    is where it begins; of those, the one that took the earlier optional steps. In any order the level is how many steps
    were done within one window, and `reached_at` when one of them was, two of them … An entrant who did not convert is
    open while some chain of theirs could still be completed by events at `data_ends_at` or later, else lost. `carts`:
    what ends a cart, for the scope of that name.
    """
    quiet = timedelta(hours=(carts or AbandonmentSettings()).quiet_hours)
    frame = match_events(name_carts(sessioned, quiet) if funnel.scope == "cart" else sessioned, funnel)
    arranged = arrange_events(frame, funnel)
    data_end = (data_ends_at - EPOCH) // MICROSECOND - arranged.zero
    chains = search_chains(arranged.events, funnel, arranged.owner, data_end)
    return _tabulate(chains, arranged, funnel)


def _tabulate(chains: Chains, arranged: Arrangement, funnel: FunnelDefinition) -> dy.DataFrame[Level]:
    """Write the chains down as levels."""
    taken = chains.taken
    times = np.where(taken == NEVER, NO_TIME, arranged.events.time[taken] + arranged.zero)
    reached = pl.col("reached_at").list.head("level").list.eval(pl.element().replace(NO_TIME, None))
    return Level.cast(
        pl.DataFrame(
            {
                "entrant": arranged.names.gather(chains.entrant),
                "level": chains.level,
                "segment": find_segments(chains, arranged.segment, funnel),
                "reached_at": pl.Series(times).arr.to_list(),
                "status": _tell_status(chains, len(funnel.steps)),
            }
        )
        .with_columns(
            funnel=pl.lit(funnel.name),
            steps=pl.lit(len(funnel.steps)),
            entered_at=pl.col("reached_at").list.first(),
            reached_at=reached,
        )
        .pipe(_sort_by_entrant)
    )


def _tell_status(chains: Chains, steps: int) -> pl.Series:
    """Tell who converted, who is lost and who still has time."""
    converted, lost, waits = range(len(STATUSES))
    code = np.where(chains.level == steps, converted, np.where(chains.waiting, waits, lost))
    return pl.Series(STATUSES, dtype=pl.String).gather(code)


def _sort_by_entrant(levels: pl.DataFrame) -> pl.DataFrame:
    """Sort the levels, unless they are sorted as the events were."""
    return levels if levels["entrant"].is_sorted() else levels.sort("entrant")
