"""Changes: the cuts that hang on the session so far, found by jumps from session to session.

Where a session may end by a change of campaign or customer, or by its length, depends only on where it began. So each
event tells at which event a session that begins there would end, and the sessions are those that jumps from the marks
arrive at. Jumps are doubled in length until none is left: some ten looks at all events, however many cuts there are.
"""

from typing import NamedTuple

import numpy as np
import polars as pl

from ingest.sessions.reasons import Flags, Rows
from ingest.sessions.rules import SessionRules


class Pairs(NamedTuple):
    """Neighbours among the events that know a value, where the value changes; both ascend."""

    before: Rows
    after: Rows

    def find_next(self, begin: Rows, end: Rows) -> Rows:
        """Find where a session with these begins sees its first change; `end` where it sees none before that."""
        after = np.append(self.after, np.iinfo(np.int64).max)
        found: Rows = after[np.searchsorted(self.before, begin)]
        return np.minimum(found, end)

    def hold(self, cuts: Rows, begins: Rows) -> Flags:
        """Tell at which cuts the value changes within the session with these begins."""
        place = np.searchsorted(self.after, cuts)
        after, before = np.append(self.after, -1), np.append(self.before, -1)
        changed: Flags = (after[place] == cuts) & (before[place] >= begins)
        return changed


class Changes(NamedTuple):
    """What may end a session but for the marks."""

    campaign: Pairs
    login: Pairs
    clock: Rows
    """Time in µs that passed within sessions so far; none of it passes at a mark."""
    longest: int | None


def find_changes(ordered: pl.DataFrame, moments: Rows, marks: Flags, rules: SessionRules) -> Changes:
    """Look up where the values change that the rules keep an eye on."""
    none = Pairs(np.array([], np.int64), np.array([], np.int64))
    passed = np.where(marks, 0, np.diff(moments, prepend=moments[:1]))
    return Changes(
        _pair(ordered["campaign"]) if rules.campaign else none,
        _pair(ordered["customer_id"]) if rules.login else none,
        np.cumsum(passed),
        rules.longest_us or None,
    )


def cut_changes(changes: Changes, marks: Flags) -> Flags:
    """Add to the marks the cuts that changes make."""
    begins = np.append(np.flatnonzero(marks), len(marks))
    jumps = _find_jumps(changes, begins[:-1], begins[1:])
    stretches = np.flatnonzero(jumps < begins[1:])
    rows = _list_rows(begins[stretches], begins[stretches + 1])
    ends = np.repeat(begins[stretches + 1], np.diff(begins)[stretches])
    cuts = marks.copy()
    cuts[rows[_follow(rows, _find_jumps(changes, rows, ends), ends, begins[stretches])]] = True
    return cuts


def _pair(values: pl.Series) -> Pairs:
    """Pair each known value with the one before it where they differ."""
    rows = values.is_not_null().arg_true()
    known = values.gather(rows)
    changed = (known != known.shift()).fill_null(False).arg_true().to_numpy()
    places = rows.to_numpy().astype(np.int64)
    return Pairs(places[changed - 1], places[changed])


def _find_jumps(changes: Changes, begin: Rows, end: Rows) -> Rows:
    """Find where a session would end that begins at these events, before the next mark or there."""
    jumps = np.minimum(changes.campaign.find_next(begin, end), changes.login.find_next(begin, end))
    if changes.longest is None:
        return jumps
    late = np.searchsorted(changes.clock, changes.clock[begin] + changes.longest, side="right")
    return np.minimum(jumps, late)


def _list_rows(begins: Rows, ends: Rows) -> Rows:
    """List the rows of all stretches."""
    lengths = ends - begins
    rows: Rows = np.arange(lengths.sum()) + np.repeat(begins - np.cumsum(lengths) + lengths, lengths)
    return rows


def _follow(rows: Rows, jumps: Rows, ends: Rows, begins: Rows) -> Flags:
    """Mark the rows that jumps from the begins arrive at."""
    nowhere = len(rows)
    jump = np.append(np.where(jumps < ends, np.searchsorted(rows, jumps), nowhere), nowhere)
    reached = np.zeros(nowhere + 1, np.bool_)
    reached[np.searchsorted(rows, begins)] = True
    while not reached[jump[reached]].all():
        reached[jump[reached]] = True
        jump = jump[jump]
    return reached[:-1]
