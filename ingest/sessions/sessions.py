"""Sessions: a visitor's events, cut where a visit ends and the next begins."""

import dataframely as dy
import numpy as np
import polars as pl

from ingest.events import Event
from ingest.sessions.customers import name_customers
from ingest.sessions.cuts import find_cuts
from ingest.sessions.order import ORDER, order_events
from ingest.sessions.reasons import CUTS
from ingest.sessions.settings import SessionSettings, settle

_SUMMED = ("channel", "customer_id", "page", "cut", "robot")
_WHY = f"why it began: {', '.join(CUTS)}"


class Sessioned(Event):
    """One event with its session."""

    session_id = dy.String(nullable=False, description="The session: the id of its first event")
    step = dy.Int64(nullable=False, min=1, description="Place of the event within its session, from 1")
    person_id = dy.String(
        nullable=False,
        description="The customer: the session's if it knows exactly one, else the event's own; else the visitor",
    )
    cut = dy.String(nullable=True, description=f"On a session's first event {_WHY}; null on the others")

    @dy.rule()
    def cut_is_known(cls) -> pl.Expr:
        """The reason, where there is one, is one of those."""
        return cls.cut.col.is_in(list(CUTS))


class Session(dy.Schema):
    """One session: events of one visitor that no rule cuts apart."""

    session_id = dy.String(primary_key=True, description="The id of its first event")
    visitor_id = dy.String(nullable=False, description="Pseudonym of the device or cookie")
    customer_id = dy.String(nullable=True, description="The customer, if the session knows exactly one")
    person_id = dy.String(nullable=False, description="The customer if the session knows exactly one, else the visitor")
    channel = dy.String(nullable=False, description="Channel of its first event")
    started_at = dy.Datetime(nullable=False, time_unit="us", time_zone="UTC", description="Time of its first event")
    ended_at = dy.Datetime(nullable=False, time_unit="us", time_zone="UTC", description="Time of its last event")
    events = dy.Int64(nullable=False, min=1, description="Events in it")
    entry_page = dy.String(nullable=True, description="Its first page")
    exit_page = dy.String(nullable=True, description="Its last page")
    cut = dy.String(nullable=False, description=_WHY.capitalize())
    robot = dy.String(nullable=True, description="Why this is no person; null for people")

    @dy.rule()
    def cut_is_known(cls) -> pl.Expr:
        """The reason is one of those."""
        return cls.cut.col.is_in(list(CUTS))


def sessionize(
    events: dy.DataFrame[Event], settings: SessionSettings, seen: pl.Series | None = None
) -> dy.DataFrame[Sessioned]:
    """Order events by visitor and `ORDER`, and cut each visitor's where the settings say that a session ends.

    Neither the order of the rows nor their chunks matter. The customer of a session is named on all its events if
    exactly one is known in it; a robot's reason on one event stays on that event.

    A gap of more than `pause_minutes` between two events of a visitor always cuts, and what lies before it never
    matters to what comes after: events between such gaps are cut alone as they are within the whole. Only the reason
    of the very first tells them apart: `first`, or `pause` for a visitor among those `seen` before these events.
    """
    ordered = order_events(events)
    cuts = find_cuts(ordered, settle(settings), seen)
    number = np.repeat(np.arange(len(cuts.rows)), cuts.lengths)
    return Sessioned.cast(
        ordered.with_columns(
            session_id=ordered["event_id"].gather(cuts.rows).gather(number),
            step=pl.Series(np.arange(len(number)) - cuts.rows[number] + 1, dtype=pl.Int64),
            cut=cuts.names,
        ).with_columns(name_customers(ordered["customer_id"], number))
        .with_columns(person_id=pl.coalesce("customer_id", "visitor_id"))
    )  # fmt: skip


def summarize_sessions(sessioned: dy.DataFrame[Sessioned]) -> dy.DataFrame[Session]:
    """Sum up each session: who, when, how many events, first and last page, and why it began."""
    in_order = order_events(sessioned.select("session_id", "visitor_id", *ORDER, *_SUMMED))
    lowest, highest = pl.col("customer_id").min(), pl.col("customer_id").max()
    summed = (
        in_order.lazy()
        .group_by("session_id", maintain_order=True)
        .agg(
            pl.col("visitor_id", "channel", "cut").first(),
            customer_id=pl.when(lowest == highest).then(lowest),
            started_at=pl.col("occurred_at").first(),
            ended_at=pl.col("occurred_at").last(),
            events=pl.len().cast(pl.Int64),
            entry_page=pl.col("page").drop_nulls().first(),
            exit_page=pl.col("page").drop_nulls().last(),
            robot=pl.col("robot").drop_nulls().first(),
        )
    )
    return Session.cast(summed.with_columns(person_id=pl.coalesce("customer_id", "visitor_id")).collect())
