"""The furthest way through a funnel's steps, for all entrants at once."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from paths.numbering import Ints
from paths.row_order import sort_rows

NEVER = -1
"""Stands where a step was not reached."""


@dataclass(frozen=True)
class Chains:
    """The furthest chain of each entrant who took the first step: one row an entrant, times in microseconds."""

    entrant: Ints
    level: Ints
    times: Ints
    """When each step was reached, one column a step; NEVER beyond the level."""
    last_entry: Ints
    """The latest event of the first step, whether or not the furthest chain began there."""

    @classmethod
    def join(cls, first: Self, second: Self) -> Self:
        """Put the entrants of two searches together."""
        return cls(
            np.concatenate([first.entrant, second.entrant]),
            np.concatenate([first.level, second.level]),
            np.concatenate([first.times, second.times]),
            np.concatenate([first.last_entry, second.last_entry]),
        )


def find_chains(entrant: Ints, time: Ints, step: Ints, matches: Ints, steps: int, window: int) -> Chains:
    """Find each entrant's furthest chain among rows "this event of this entrant is good for this step (from 0)".

    `time` counts from 0; `matches` says for how many steps the row's event is good, and such an event has one row for
    each. Within one moment rows stand in the order of the steps, so that ties count in either order; the rows of an
    event that is good for several stand the other way round, so that it never follows itself. This is exact unless
    such an event shares its moment with another one: those entrants belong to `tied_chains`.
    """
    rank = np.where(matches > 1, 2 * steps - 1 - step, step)
    entrant, time, rank = sort_rows([entrant, time, rank])
    step = np.where(rank < steps, rank, 2 * steps - 1 - rank)
    parent = _link_steps(entrant, time, step, steps, window)
    return _trace_back(entrant, time, step, parent, steps)


def _link_steps(entrant: Ints, time: Ints, step: Ints, steps: int, window: int) -> Ints:
    """Find for each row the latest row of the step before that carries a chain; itself for first steps, else NEVER.

    The latest carrier is the best one: its chain began no earlier than that of any carrier before it.
    """
    rows = np.arange(step.size)
    parent = np.where(step == 0, rows, NEVER)
    begun = time.copy()
    for number in range(1, steps):
        carriers = np.maximum.accumulate(np.where((step == number - 1) & (parent != NEVER), rows, NEVER))
        here = np.flatnonzero(step == number)
        carrier = carriers[here]
        begun[here] = begun[carrier]
        linked = (carrier != NEVER) & (entrant[carrier] == entrant[here]) & (time[here] - begun[here] <= window)
        parent[here] = np.where(linked, carrier, NEVER)
    return parent


def _trace_back(entrant: Ints, time: Ints, step: Ints, parent: Ints, steps: int) -> Chains:
    """Follow the earliest row of each entrant's furthest step back to where its chain began."""
    reached = np.where(parent != NEVER, step + 1, 0)
    firsts = np.flatnonzero(np.diff(entrant, prepend=-1))
    level = np.maximum.reduceat(reached, firsts) if firsts.size else reached
    ends = np.flatnonzero(reached == np.repeat(level, np.diff(firsts, append=reached.size)))
    ends = ends[np.diff(entrant[ends], prepend=-1) != 0]
    ends, level = ends[level > 0], level[level > 0]
    times = np.full((ends.size, steps), NEVER)
    for number in reversed(range(steps)):
        there = level > number
        times[there, number] = time[ends[there]]
        ends = np.where(there, parent[ends], ends)
    entries = np.flatnonzero(step == 0)
    lasts = entries[np.diff(entrant[entries], append=-1) != 0]
    return Chains(entrant[ends], level, times, time[lasts])
