"""The furthest way through a funnel's steps, for all entrants at once."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from paths.rows.numbering import Ints, mark_run_ends, mark_runs
from paths.rows.order import sort_rows

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


@dataclass(frozen=True)
class Links:
    """The rows of one step that carry a chain, by entrant and time."""

    row: Ints
    entrant: Ints
    time: Ints
    begun: Ints
    """When the chain took its first step."""
    carrier: Ints
    """The row of the step before, as its place among that step's links."""


def find_chains(entrant: Ints, time: Ints, step: Ints, matches: Ints, steps: int, window: int) -> Chains:
    """Find each entrant's furthest chain among rows "this event of this entrant is good for this step (from 0)".

    `time` counts from 0; `matches` says for how many steps the row's event is good, and such an event has one row for
    each. Within one moment rows stand in the order of the steps, so that ties count in either order; the rows of an
    event that is good for several stand the other way round, so that it never follows itself. This is exact unless
    such an event shares its moment with another one: those entrants belong to `tied_chains`.
    """
    if matches.max(initial=0) <= 1:
        entrant, time, step = sort_rows([entrant, time, step])
    else:
        rank = np.where(matches > 1, 2 * steps - 1 - step, step)
        entrant, time, rank = sort_rows([entrant, time, rank])
        step = np.where(rank < steps, rank, 2 * steps - 1 - rank)
    return _trace_back(_link_steps(entrant, time, step, steps, window))


def _link_steps(entrant: Ints, time: Ints, step: Ints, steps: int, window: int) -> list[Links]:
    """Link each row of a step to the latest row of the step before that carries a chain; rows without one drop out.

    The latest carrier is the best one: its chain began no earlier than that of any carrier before it.
    """
    rows = np.flatnonzero(step == 0)
    before = Links(rows, entrant[rows], time[rows], time[rows], np.arange(rows.size))
    links = [before]
    for number in range(1, steps):
        rows = np.flatnonzero(step == number)
        carrier = np.searchsorted(before.row, rows) - 1
        rows, carrier = rows[carrier >= 0], carrier[carrier >= 0]
        same = before.entrant[carrier] == entrant[rows]
        linked = same & (time[rows] - before.begun[carrier] <= window)
        rows, carrier = rows[linked], carrier[linked]
        before = Links(rows, entrant[rows], time[rows], before.begun[carrier], carrier)
        links.append(before)
    return links


def _trace_back(links: list[Links]) -> Chains:
    """Follow the earliest row of each entrant's furthest step back to where its chain began."""
    level = np.zeros(int(links[0].entrant.max(initial=-1)) + 1, np.int64)
    end = level.copy()
    for number, link in enumerate(links, start=1):
        firsts = np.flatnonzero(mark_runs(link.entrant))
        level[link.entrant[firsts]] = number
        end[link.entrant[firsts]] = firsts
    entrant = np.flatnonzero(level)
    level, end = level[entrant], end[entrant]
    times = np.full((entrant.size, len(links)), NEVER)
    for number, link in reversed(list(enumerate(links))):
        there = np.flatnonzero(level > number)
        times[there, number] = link.time[end[there]]
        end[there] = link.carrier[end[there]]
    return Chains(entrant, level, times, links[0].time[mark_run_ends(links[0].entrant)])
