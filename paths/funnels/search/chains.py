"""Chains: the way of one entrant through the steps, and which of several ways is the furthest."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from paths.rows.numbering import Bools, Ints, mark_runs

NEVER = -1
"""Stands where a step was not taken."""


@dataclass(frozen=True)
class Chains:
    """The furthest chain of each entrant who took the first step: one row an entrant, in the order of entrants."""

    entrant: Ints
    level: Ints
    """The place of the furthest step taken, from 1."""
    taken: Ints
    """The event that each step was taken with, by its row; one column a step; NEVER where it was not taken."""
    waiting: Bools
    """Whether some chain of the entrant, this one or another, may still be completed after the data's end."""

    @classmethod
    def join(cls, parts: Sequence[Self]) -> Self:
        """Put the chains of several searches under one another."""
        return cls(
            np.concatenate([part.entrant for part in parts]),
            np.concatenate([part.level for part in parts]),
            np.concatenate([part.taken for part in parts]),
            np.concatenate([part.waiting for part in parts]),
        )


def choose_furthest(chains: Chains, time: Ints) -> Chains:
    """Choose the best of each entrant's chains: the furthest; then the first to end; with the most steps; the latest.

    Latest: the last step first, then the one before it, and so on. Of chains that are alike in all of it the one that
    took the earlier optional steps; then they are told apart by their events. Waiting is who waits with any chain.
    """
    if not chains.entrant.size:
        return chains
    took = chains.taken != NEVER
    count, early = took.sum(axis=1), took @ (1 << np.arange(took.shape[1])[::-1])
    times = _close_up(np.where(chains.taken == NEVER, NEVER, time[chains.taken]))
    end = times[np.arange(count.size), count - 1]
    latest = [*_close_up(chains.taken).T, early, *times.T]
    order = np.lexsort([*(-column for column in latest), -count, end, -chains.level, chains.entrant])
    best = order[mark_runs(chains.entrant[order])]
    waits = np.zeros(int(chains.entrant.max()) + 1, np.bool_)
    waits[chains.entrant[chains.waiting]] = True
    return Chains(chains.entrant[best], chains.level[best], chains.taken[best], waits[chains.entrant[best]])


def _close_up(values: Ints) -> Ints:
    """Move what was taken to the left of each row, in its order."""
    return np.take_along_axis(values, np.argsort(values == NEVER, axis=1, kind="stable"), axis=1)
