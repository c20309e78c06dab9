"""Levels: how far each entrant of a funnel came, and when."""

from datetime import UTC, datetime, timedelta
from functools import reduce
from operator import and_

import dataframely as dy
import numpy as np
import polars as pl

from ingest import Sessioned
from paths.funnels.chains import Chains, find_chains
from paths.funnels.definition import FunnelDefinition, FunnelError, FunnelStep
from paths.funnels.tied_chains import find_tied_chains
from paths.rows.numbering import Bools, Ints, mark_runs, number_values
from paths.rows.order import order_rows

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
STATUSES = ("converted", "lost", "open")
COLUMN_OF_SCOPE = {"visitor": "visitor_id", "customer": "person_id", "session": "session_id"}


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
    sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned], funnel: FunnelDefinition, data_ends_at: datetime
) -> dy.DataFrame[Level]:
    """Measure how far each entrant came in a funnel; sorted by entrant. Robots do not enter.

    A chain takes the steps in order, each with an event of its own, the last within the window (inclusive) after the
    first; events at one moment count in either order, and foreign events between do not matter. Of all chains of an
    entrant the furthest wins; of those, the one that gets there first; of those, the one whose events are latest, so
    that it also begins last: `entered_at` is where it begins. An entrant who did not convert is open while the window
    of their latest first step has not ended when the data does (`data_ends_at` ≤ first step + window), else lost.
    """
    _refuse_unready(funnel)
    window = round(funnel.window_hours * 3_600_000_000)
    events = _match_events(sessioned, funnel)
    numbered = number_values(events["entrant"])
    entrant, time = numbered.codes, events["time"].to_numpy()
    zero = int(time.min()) if time.size else 0
    matches = events["matches"].to_numpy()
    chains = _find_all_chains(entrant, time - zero, matches, len(funnel.steps), window)
    deadline = (data_ends_at - EPOCH) // MICROSECOND - window - zero
    return _tabulate(chains, numbered.names, zero, deadline, funnel)


def _refuse_unready(funnel: FunnelDefinition) -> None:
    """Refuse what the search cannot do yet."""
    plain = FunnelDefinition(
        tuple(
            FunnelStep(step.event, step.page, step.channel, step.category, step.item, name=step.name)
            for step in funnel.steps
        ),
        funnel.window_hours,
        funnel.scope,
        funnel.name,
    )
    if funnel != plain or funnel.scope == "cart":
        raise FunnelError(f"The funnel {funnel.name!r} has options that cannot be measured yet: leave them away.")


def _match_events(
    sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned], funnel: FunnelDefinition
) -> pl.DataFrame:
    """Keep people's events that are good for a step: who, when, and as bits of `matches` for which steps."""
    good_for = [
        reduce(and_, [pl.col(column) == value for column, value in step.conditions.items()]) for step in funnel.steps
    ]
    bits = [good.fill_null(value=False).cast(pl.Int64) * (1 << number) for number, good in enumerate(good_for)]
    return (
        sessioned.lazy()
        .filter(pl.col("robot").is_null(), pl.any_horizontal(good_for))
        .select(
            entrant=pl.col(COLUMN_OF_SCOPE[funnel.scope]),
            time=pl.col("occurred_at").dt.epoch("us"),
            matches=pl.sum_horizontal(bits),
        )
        .collect()
    )


def _find_all_chains(entrant: Ints, time: Ints, matches: Ints, steps: int, window: int) -> Chains:
    """Search fast wherever that is exact, and entrant by entrant where it is not."""
    good_for = np.bitwise_count(matches).astype(np.int64)
    if not (good_for > 1).any():
        step = np.bitwise_count(matches - 1).astype(np.int64)
        return find_chains(entrant, time, step, good_for, steps, window)
    tied = _find_tied(entrant, time, good_for)
    slow = find_tied_chains(entrant[tied], time[tied], matches[tied], steps, window)
    event, step = np.nonzero(matches[~tied, None] >> np.arange(steps) & 1)
    rows = np.flatnonzero(~tied)[event]
    fast = find_chains(entrant[rows], time[rows], step, good_for[rows], steps, window)
    return Chains.join(fast, slow)


def _find_tied(entrant: Ints, time: Ints, good_for: Ints) -> Bools:
    """Mark all events of entrants of whom an event good for several steps shares its moment with another event."""
    order = order_rows([entrant, time])
    moment = np.empty(entrant.size, np.int64)
    who, when = entrant[order], time[order]
    moment[order] = np.cumsum(mark_runs(who) | mark_runs(when)) - 1
    shared = np.bincount(moment)[moment] > 1
    return np.isin(entrant, entrant[shared & (good_for > 1)])


def _tabulate(
    chains: Chains, names: pl.Series, zero: int, deadline: int, funnel: FunnelDefinition
) -> dy.DataFrame[Level]:
    """Write the chains down as levels."""
    steps = len(funnel.steps)
    converted, waiting = chains.level == steps, chains.last_entry >= deadline
    times = pl.Series("reached_at", chains.times + zero).arr.to_list()
    return Level.cast(
        pl.DataFrame([names.gather(chains.entrant).alias("entrant"), times])
        .with_columns(
            funnel=pl.lit(funnel.name),
            level=chains.level,
            steps=pl.lit(steps),
            segment=pl.lit(None, pl.String),
            entered_at=pl.col("reached_at").list.first(),
            status=np.where(converted, "converted", np.where(waiting, "open", "lost")),
        )
        .with_columns(reached_at=pl.col("reached_at").list.head("level"))
        .sort("entrant")
    )
