"""Moments: all events of one entrant at one time as one row, and which steps they can serve together."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from paths.funnels.search.chains import NEVER
from paths.funnels.search.events import Bits, Events
from paths.rows.numbering import Bools, Ints, mark_runs

Shape = tuple[int, ...]
"""What moments are alike in: for each of their events, the steps that it is good for, as bits."""


@dataclass(frozen=True)
class Moments(Events):
    """One row a moment of an entrant; bit k of `good`: some event is good for step k."""

    pure: Bits
    """Bit k: every event is good for step k."""
    events: Ints
    """The events of all moments, one moment after the other; of those good for the same steps the first few."""
    begin: Ints
    """Where in `events` those of the moment begin."""
    shape: Ints
    """The moment's shape, by its place in `shapes`: of millions of moments, few differ in it."""
    shapes: list[Shape]

    @property
    def most(self) -> int:
        """The most steps that any moment has events for."""
        return max(map(len, self.shapes), default=0)

    def count_foreign(self, step: int) -> Ints:
        """Count before each moment, and at the end, those with an event that the step does not wait for."""
        return np.append(0, np.cumsum(self.pure & self.pure.dtype.type(1 << step) == 0))

    def serve(self, steps: tuple[int, ...]) -> Ints:
        """Find for each shape an event of its own for each of some steps; NEVER for all where there are too few."""
        none = (NEVER,) * len(steps)
        return np.array([serve_steps(shape, steps) or none for shape in self.shapes], np.int64).reshape(-1, len(steps))

    def is_free_of_foreigners(self, steps: Sequence[int]) -> Bools:
        """Tell of each shape whether each event is good for one of some steps."""
        wanted = sum(1 << step for step in steps)
        return np.array([all(bits & wanted for bits in shape) for shape in self.shapes], np.bool_)


def gather_moments(events: Events, steps: int) -> Moments:
    """Gather the events of each moment. Of those good for the same steps no more are looked at than there are steps."""
    first = np.flatnonzero(mark_runs(events.key))
    moment = events.pick(first)
    some, every = (each.reduceat(events.good, first) for each in (np.bitwise_or, np.bitwise_and))
    shut = np.bitwise_or.reduceat(events.shut, first)
    rows = _choose_events(events, steps)
    begin = np.flatnonzero(mark_runs(events.key[rows]))
    shape, shapes = _number_shapes(events.good[rows], begin)
    return Moments(moment.entrant, moment.time, some, shut, moment.key, moment.clock, every, rows, begin, shape, shapes)


def _choose_events(events: Events, most: int) -> Ints:
    """Sort the events of each moment by the steps that they are good for, and choose the first few of the same."""
    order = np.lexsort([events.good, events.key])
    key, good = events.key[order], events.good[order].astype(np.int64)
    begins = mark_runs(key) | mark_runs(good)
    place = np.arange(order.size) - np.flatnonzero(begins)[np.cumsum(begins) - 1]
    chosen: Ints = order[place < most]
    return chosen


def _number_shapes(good: Bits, begin: Ints) -> tuple[Ints, list[Shape]]:
    """Number the shapes of the moments that begin at some events, and list them."""
    size = np.diff(begin, append=good.size)
    values, code = np.unique(good, return_inverse=True)
    shape, known = code[begin], values.size
    for place in range(1, int(size.max(initial=0))):
        longer = np.flatnonzero(size > place)
        found, number = np.unique(shape[longer] * values.size + code[begin[longer] + place], return_inverse=True)
        shape[longer] = known + number
        known += found.size
    _, example, shape = np.unique(shape, return_index=True, return_inverse=True)
    bounds = zip(begin[example].tolist(), size[example].tolist(), strict=True)
    return shape, [tuple(good[start : start + count].tolist()) for start, count in bounds]


@lru_cache(maxsize=1 << 16)
def serve_steps(shape: Shape, steps: tuple[int, ...]) -> tuple[int, ...] | None:
    """Find an event of its own for each of some steps; None where there are too few.

    Bipartite matching by augmenting ways (Kuhn, 1955).

    >>> serve_steps((0b011, 0b001), (0, 1))
    (1, 0)
    """
    owner: dict[int, int] = {}

    def find_event(step: int, seen: set[int]) -> bool:
        for place, bits in enumerate(shape):
            if bits >> step & 1 and place not in seen:
                seen.add(place)
                if place not in owner or find_event(owner[place], seen):
                    owner[place] = step
                    return True
        return False

    if len(steps) > len(shape) or not all(find_event(step, set()) for step in steps):
        return None
    place_of = {step: place for place, step in owner.items()}
    return tuple(place_of[step] for step in steps)
