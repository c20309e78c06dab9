"""Sessions: a visitor's events, cut where the visitor paused."""

import dataframely as dy
import msgspec
import numpy as np
import polars as pl
from numpy.typing import NDArray

from ingest.events import Event


class SessionSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a visitor's events are cut into sessions."""

    pause_minutes: float = 30
    """A longer pause begins a new session; exactly this long does not (GA4, Matomo and others)."""


class Sessioned(Event):
    """One event with its session."""

    session_id = dy.String(nullable=False, description="The session: the id of its first event")
    step = dy.Int64(nullable=False, min=1, description="Place of the event within its session, from 1")
    person_id = dy.String(nullable=False, description="The customer if the session knows exactly one, else the visitor")
    cut = dy.String(nullable=True, description="On a session's first event: why the session began; null on the others")


class Session(dy.Schema):
    """One session: a visitor's events without a pause longer than the limit."""

    session_id = dy.String(primary_key=True, description="The id of its first event")
    visitor_id = dy.String(nullable=False, description="Pseudonym of the device or cookie")
    person_id = dy.String(nullable=False, description="The customer if the session knows exactly one, else the visitor")
    channel = dy.String(nullable=False, description="Channel of its first event")
    started_at = dy.Datetime(nullable=False, time_unit="us", time_zone="UTC", description="Time of its first event")
    ended_at = dy.Datetime(nullable=False, time_unit="us", time_zone="UTC", description="Time of its last event")
    events = dy.Int64(nullable=False, min=1, description="Events in it")
    entry_page = dy.String(nullable=True, description="Its first page")
    exit_page = dy.String(nullable=True, description="Its last page")
    cut = dy.String(nullable=False, description="Why it began: first (the visitor's first) or pause")
    robot = dy.String(nullable=True, description="Why this is no person; null for people")


def sessionize(events: dy.DataFrame[Event], settings: SessionSettings) -> dy.DataFrame[Sessioned]:
    """Order events by visitor, time and event id, and cut each visitor's at pauses longer than the limit.

    Events at one moment are ordered by their ids, so that neither the order of the log nor its chunks matter.
    The customer of a session is named on all its events if exactly one is known in it; a robot's reason on one
    event stays on that event.
    """
    ordered = _order(events)
    begins = _find_cuts(ordered, settings)
    first = np.flatnonzero(begins)
    number = np.cumsum(begins) - 1
    return Sessioned.cast(
        ordered.with_columns(
            session_id=ordered["event_id"].gather(first).gather(number),
            step=pl.Series(np.arange(len(begins)) - first[number] + 1, dtype=pl.Int64),
        ).with_columns(_name_customers(ordered["customer_id"], number))
        .with_columns(person_id=pl.coalesce("customer_id", "visitor_id"), cut=pl.lit(None, pl.String))
    )  # fmt: skip


def summarize_sessions(sessioned: dy.DataFrame[Sessioned]) -> dy.DataFrame[Session]:
    """Sum up each session: who, when, how many events, first and last page, and why it began."""
    people = sessioned.lazy().sort("visitor_id", "occurred_at", "event_id")
    summed = people.group_by("session_id", maintain_order=True).agg(
        pl.col("visitor_id", "person_id", "channel").first(),
        started_at=pl.col("occurred_at").first(),
        ended_at=pl.col("occurred_at").last(),
        events=pl.len().cast(pl.Int64),
        entry_page=pl.col("page").drop_nulls().first(),
        exit_page=pl.col("page").drop_nulls().last(),
        robot=pl.col("robot").drop_nulls().first(),
    )
    is_first = pl.col("visitor_id") != pl.col("visitor_id").shift()
    cut = pl.when(is_first.fill_null(True)).then(pl.lit("first")).otherwise(pl.lit("pause"))
    return Session.cast(summed.with_columns(cut=cut).collect())


def _order(events: pl.DataFrame) -> pl.DataFrame:
    """Sort by visitor, time and event id: one sort of a packed integer, and the few ties after it."""
    visitors = events["visitor_id"].cast(pl.Categorical)
    rank = _rank(visitors)
    moments = events["occurred_at"].dt.timestamp("us").to_numpy()
    since = moments - moments.min() if len(moments) else moments
    bits = int(since.max(initial=0)).bit_length()
    if int(rank.max(initial=0)).bit_length() + bits > 63:
        return events.sort("visitor_id", "occurred_at", "event_id")
    key = pl.Series((rank << bits) | since)
    order = key.arg_sort().to_numpy()
    return events[_break_ties(order, key.gather(order).to_numpy(), events["event_id"])]


def _rank(visitors: pl.Series) -> NDArray[np.int64]:
    """Number visitors in the order of their ids, whatever the order of the rows."""
    codes = visitors.to_physical().to_numpy().astype(np.int64)
    distinct = visitors.unique()
    by_id = distinct.gather(distinct.cast(pl.String).arg_sort()).to_physical().to_numpy()
    ranks = np.zeros(int(codes.max(initial=0)) + 1, np.int64)
    ranks[by_id] = np.arange(len(by_id))
    return np.take(ranks, codes)


def _break_ties(order: NDArray[np.uint32], keys: NDArray[np.int64], event_ids: pl.Series) -> NDArray[np.uint32]:
    """Order the rows of equal keys by event id, touching no other row."""
    same = keys[1:] == keys[:-1]
    tied = np.flatnonzero(np.append(same, False) | np.insert(same, 0, False)) if len(keys) else np.array([], np.int64)
    group = pl.DataFrame({"key": keys[tied], "row": order[tied], "id": event_ids.gather(order[tied])})
    order = order.copy()
    order[tied] = group.sort("key", "id", "row")["row"].to_numpy()
    return order


def _find_cuts(ordered: pl.DataFrame, settings: SessionSettings) -> NDArray[np.bool_]:
    """Mark each row that begins a session."""
    longest = round(settings.pause_minutes * 60_000_000)
    gaps = ordered["occurred_at"].dt.timestamp("us").diff().fill_null(0) > longest
    changes = ordered.select(pl.col("visitor_id").ne_missing(pl.col("visitor_id").shift())).to_series()
    return (gaps | changes).to_numpy()


def _name_customers(customers: pl.Series, number: NDArray[np.int64]) -> pl.Series:
    """Give every event of a session the session's customer, where exactly one is known."""
    known = pl.DataFrame({"customer_id": customers, "number": number}).drop_nulls().group_by("number").agg(
        pl.col("customer_id").n_unique().alias("customers"), pl.col("customer_id").first()
    )  # fmt: skip
    single = known.filter(pl.col("customers") == 1)
    of_session = pl.Series("customer_id", [None], dtype=pl.String).new_from_index(0, int(number.max(initial=-1)) + 1)
    named = of_session.scatter(single["number"].to_numpy(), single["customer_id"])
    return named.gather(number).zip_with(pl.Series(np.isin(number, single["number"].to_numpy())), customers)
