"""Events read from the lake in the order of time, a window at a time, and cut into sessions."""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import dataframely as dy
import polars as pl

from echannel.tree import Settings
from ingest import (
    Event,
    Session,
    Sessioned,
    Touched,
    flag_behaviour,
    sessionize,
    settle,
    split_open,
    summarize_sessions,
)
from lake import Piece, keep_near, scan_pieces

MINUTE = 60_000_000
BELIEVED = pl.col("clock").is_null()
"""Events whose time is not to be believed are in no session: they would stretch it into a time that has not come."""


class Cut(NamedTuple):
    """Some whole bursts, cut."""

    sessioned: dy.DataFrame[Sessioned]
    sessions: dy.DataFrame[Session]


class Window(NamedTuple):
    """A part of time, in µs since 1970: from `begin`, included, to `end`; open where None."""

    begin: int | None
    end: int | None

    @property
    def holds(self) -> pl.Expr:
        """Tell which events lie in it."""
        parts = [BELIEVED]
        if self.begin is not None:
            parts.append(pl.col("occurred_at") >= _moment(self.begin))
        if self.end is not None:
            parts.append(pl.col("occurred_at") < _moment(self.end))
        return pl.all_horizontal(parts)


def cut_windows(pieces: dy.DataFrame[Piece], touched: Touched | None, settings: Settings, most: int) -> Iterator[Cut]:
    """Cut the touched bursts of the given files, or all where None are named, about `most` events at a time.

    A burst is given once it is over, in the window of its last event. Memory holds a window, the bursts that are not
    over, and the visitors seen.
    """
    pause_us = settle(settings.sessions).pause_us
    seen = touched.seen if touched else pl.Series("visitor_id", [], pl.String)
    if touched:
        pieces = keep_near(pieces, touched.spans["starts"], touched.spans["ends"])
    waiting: pl.DataFrame = Event.create_empty()
    for window in plan_windows(pieces, touched, most):
        events = pl.concat([waiting, _read_window(pieces, window, touched)])
        if window.end is not None:
            events, waiting = split_open(events, pause_us, window.end)
        if len(events):
            cut = _cut(Event.cast(events), settings, seen)
            seen = pl.concat([seen, cut.sessions.filter(pl.col("cut") == "first")["visitor_id"]])
            yield cut


def plan_windows(pieces: dy.DataFrame[Piece], touched: Touched | None, most: int) -> list[Window]:
    """Part the time that files cover into windows of about `most` events; one where there are no more than that."""
    if pieces["rows"].sum() <= most or (touched and touched.events <= most):
        return [Window(None, None)]
    minute = pl.col("occurred_at").dt.timestamp("us") // MINUTE
    counts = scan_pieces(pieces["file"], Event).filter(BELIEVED).group_by(minute=minute).len()
    minutes = counts.collect(engine="streaming").sort("minute")
    number = (minutes["len"].cum_sum() - minutes["len"]) // most
    begins = minutes["minute"].filter(number != number.shift()) * MINUTE
    return [Window(begin, end) for begin, end in pairwise([None, *begins, None])]


def _read_window(pieces: dy.DataFrame[Piece], window: Window, touched: Touched | None) -> pl.DataFrame:
    events = scan_pieces(pieces["file"], Event).filter(window.holds)
    if touched is None:
        return events.collect(engine="streaming")
    at = pl.col("occurred_at").dt.timestamp("us")
    theirs = events.join(touched.spans.lazy(), on="visitor_id").filter(at.is_between("starts", "ends"))
    return theirs.select(Event.column_names()).collect(engine="streaming")


def _cut(events: dy.DataFrame[Event], settings: Settings, seen: pl.Series) -> Cut:
    sessioned = flag_behaviour(sessionize(events, settings.sessions, seen), settings.robots)
    return Cut(sessioned, summarize_sessions(sessioned))


def _moment(microseconds: int) -> pl.Expr:
    return pl.lit(microseconds, dtype=pl.Datetime("us", "UTC"))
