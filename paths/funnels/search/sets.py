"""The search in any order: how many of the steps were done within one window, whichever came first."""

import numpy as np

from paths.funnels.search.chains import NEVER, Chains
from paths.funnels.search.courses import Course
from paths.funnels.search.events import Events
from paths.rows.numbering import Bools, Ints, mark_runs


def find_sets(events: Events, course: Course, data_end: int) -> Chains:
    """Find each entrant's largest set of steps done within one window, where no event is good for two of them.

    Of the windows that end with an event it takes the latest event of each step; events of one moment count together.
    What is excluded may not happen strictly between the first and the last of the set. `taken` and `level` tell the
    steps as they were done, whichever they were: column k is the event with which k + 1 of them were done.
    """
    rows = np.flatnonzero(events.good)
    entrant = events.entrant[rows]
    shut = find_last_shut(events, course, rows)
    latest = np.stack([_find_latest(events, course, rows, shut, step) for step in course.steps], axis=1)
    count = (latest != NEVER).sum(axis=1)
    order = np.lexsort([rows, -count, entrant])
    furthest = order[mark_runs(entrant[order])]
    taken = np.sort(latest[furthest], axis=1)
    taken = np.take_along_axis(taken, np.argsort(taken == NEVER, axis=1, kind="stable"), axis=1)
    waiting = find_waiting_sets(events, course, data_end)[entrant[furthest]]
    return Chains(entrant[furthest], count[furthest], taken, waiting)


def find_last_shut(events: Events, course: Course, rows: Ints) -> Ints:
    """Find the key of the last excluded event before the moment of each event; NEVER, or an earlier entrant's: none."""
    if not course.spans:
        return np.full(rows.size, NEVER)
    shut = np.append(NEVER, events.key[events.shut > 0])
    return shut[np.searchsorted(shut, events.key[rows]) - 1]


def find_waiting_sets(events: Events, course: Course, data_end: int) -> Bools:
    """Mark the entrants whose last step leaves time for all others, with nothing excluded after it."""
    waiting = np.zeros(int(events.entrant.max(initial=-1)) + 1, np.bool_)
    rows = np.flatnonzero(events.good)
    in_time = events.time[rows] + course.window >= data_end
    waiting[events.entrant[rows[in_time]]] = True
    if course.spans:
        last_good, last_shut = (np.full(waiting.size, NEVER) for _ in range(2))
        last_good[events.entrant[rows]] = events.time[rows]
        broken = np.flatnonzero(events.shut)
        last_shut[events.entrant[broken]] = events.time[broken]
        waiting &= last_shut <= last_good
    return waiting


def _find_latest(events: Events, course: Course, rows: Ints, shut: Ints, step: int) -> Ints:
    """Find the latest event of a step in the window that ends with each event; NEVER where there is none."""
    own = np.flatnonzero(events.good & events.good.dtype.type(1 << step))
    place = np.searchsorted(events.key[own], events.key[rows], side="right") - 1
    if not own.size:
        return np.full(rows.size, NEVER)
    event = own[place]
    there = (place >= 0) & (events.entrant[event] == events.entrant[rows]) & (events.key[event] >= shut)
    there &= events.time[rows] - events.time[event] <= course.window
    return np.where(there, event, NEVER)
