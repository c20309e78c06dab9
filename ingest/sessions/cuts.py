"""Cuts: the events that begin a session, and why."""

from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ingest.sessions.changes import cut_changes, find_changes
from ingest.sessions.marks import Marks, mark_events
from ingest.sessions.reasons import Flags, Rows, choose_reasons, name_cuts
from ingest.sessions.rules import SessionRules


class Cuts(NamedTuple):
    """Where sessions begin in a table of events that stands in order."""

    rows: Rows
    """The first event of each session."""
    reasons: NDArray[np.uint32]
    total: int
    """Events in the table."""

    @property
    def lengths(self) -> Rows:
        """Count the events of each session."""
        return np.diff(self.rows, append=self.total)

    @property
    def names(self) -> pl.Series:
        """Name the reason on each session's first event; null on the others."""
        return name_cuts(self.total, self.rows, self.reasons)


def find_cuts(ordered: pl.DataFrame, rules: SessionRules, seen: pl.Series | None) -> Cuts:
    """Find the first event of each session, with the first reason that holds there.

    Visitors among the `seen` have earlier events elsewhere: their first event here follows a pause.
    """
    moments = ordered["occurred_at"].dt.timestamp("us").to_numpy()
    marks = mark_events(ordered, moments, rules)
    if not rules.keeps_state:
        rows = np.flatnonzero(marks.any)
        return Cuts(rows, choose_reasons(_look_up(marks, rows, ordered, seen)), len(ordered))
    changes = find_changes(ordered, moments, marks.any, rules)
    rows = np.flatnonzero(cut_changes(changes, marks.any))
    begins = np.append(rows[:1], rows[:-1])
    holds = {"login": changes.login.hold(rows, begins), "campaign": changes.campaign.hold(rows, begins)}
    return Cuts(rows, choose_reasons(_look_up(marks, rows, ordered, seen) | holds), len(ordered))


def _look_up(marks: Marks, rows: Rows, ordered: pl.DataFrame, seen: pl.Series | None) -> dict[str, Flags]:
    """Tell for each cut which marks stand on it."""
    new = marks.new[rows]
    holds = {"first": new & ~_find_seen(ordered, rows[new], new, seen), "pause": new | marks.pause[rows]}
    others = {"separator": marks.separator, "midnight": marks.midnight}
    return holds | {name: flags[rows] for name, flags in others.items() if flags is not None}


def _find_seen(ordered: pl.DataFrame, first: Rows, new: Flags, seen: pl.Series | None) -> Flags:
    """Tell at which of the visitors' first events the visitor has earlier ones elsewhere."""
    known = np.zeros(len(new), np.bool_)
    if seen is not None:
        known[new] = ordered["visitor_id"].gather(first).is_in(seen.implode()).to_numpy()
    return known
