"""The slow search, one entrant at a time: exact however the events of one moment may stand."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from paths.funnels.search.chains import NEVER, Chains
from paths.funnels.search.courses import FOREVER, Course
from paths.funnels.search.events import Events
from paths.funnels.search.moments import Moment, is_free_of_foreigners, list_moments, serve_steps
from paths.rows.numbering import Ints, mark_runs


class Chain(NamedTuple):
    """The events and times of the steps that were taken."""

    rows: tuple[int, ...] = ()
    times: tuple[int, ...] = ()


def find_tied_chains(events: Events, course: Course, steps: int, data_end: int) -> Chains:
    """Find each entrant's furthest chain along a course; agrees with `find_chains` where that is exact."""
    begins = np.flatnonzero(mark_runs(events.entrant))
    entrants, levels, takens, waits = [], [], [], []
    for rows in np.split(np.arange(events.entrant.size), begins[1:]) if begins.size else ():
        walk = _Walk(course, [_list_shut(events, rows, span.exclusion) for span in course.spans])
        for moment in list_moments(rows.tolist(), events.time[rows].tolist(), _number_steps(events, rows, course)):
            walk.meet(moment)
        if walk.best.rows:
            entrants.append(int(events.entrant[rows[0]]))
            levels.append(course.steps[len(walk.best.rows) - 1] + 1)
            takens.append(_spread(walk.best.rows, course, steps))
            waits.append(walk.waits(data_end))
    taken = np.array(takens, np.int64).reshape(-1, steps)
    return Chains(np.array(entrants, np.int64), np.array(levels, np.int64), taken, np.array(waits, np.bool_))


def _number_steps(events: Events, rows: Ints, course: Course) -> list[int]:
    """Say which steps of the course each event is good for."""
    good, numbered = events.good[rows].astype(np.int64), np.zeros(rows.size, np.int64)
    for place, step in enumerate(course.steps):
        numbered |= (good >> step & 1) << place
    bits: list[int] = numbered.tolist()
    return bits


def _list_shut(events: Events, rows: Ints, exclusion: int) -> list[int]:
    """List the times of an entrant's events that an exclusion shuts out."""
    times: list[int] = events.time[rows[(events.shut[rows] >> exclusion & 1).astype(np.bool_)]].tolist()
    return times


def _spread(rows: Iterable[int], course: Course, steps: int) -> list[int]:
    """Give each step of the funnel its event."""
    taken = [NEVER] * steps
    for step, row in zip(course.steps, rows, strict=False):
        taken[step] = row
    return taken


class _Walk:
    """One entrant's way through the moments, with the best chain that takes each step at each moment."""

    def __init__(self, course: Course, shut: Sequence[Sequence[int]]) -> None:
        self.course, self.shut = course, shut
        self.best = Chain()
        count = len(course.steps) + 1
        self.chains: list[list[Chain]] = [[] for _ in range(count)]
        self.times: list[list[int]] = [[] for _ in range(count)]
        self.dead = [0] * count

    def meet(self, moment: Moment) -> None:
        """Take what steps the events of the next moment allow; by length of the chain, as all of it is of one moment.

        Of the chains of one length the one that takes most of its steps in this moment is the best: none of its steps
        could be later.
        """
        found = [(length, next(self._reach(moment, length, survive=True), None)) for length in self._list_ends(moment)]
        for length in self._list_ends(moment):
            if length > len(self.best.rows):
                self.best = next(self._reach(moment, length, survive=False), self.best)
        for length in range(1, len(self.chains)):
            if self.course.strict and not is_free_of_foreigners(moment, length - 1, length - 1):
                self.dead[length] = len(self.chains[length])
        for length, chain in found:
            if chain is not None:
                self.chains[length].append(chain)
                self.times[length].append(moment.time)

    def _list_ends(self, moment: Moment) -> list[int]:
        """List the lengths that a chain may have that ends in this moment."""
        return [length for length in range(1, len(self.chains)) if any(bits >> length - 1 & 1 for bits in moment.good)]

    def _reach(self, moment: Moment, length: int, survive: bool) -> Iterator[Chain]:
        """Give the chains of a length that end in this moment, the best first; `survive`: those that may go on."""
        for begun in range(max(0, length - len(moment.rows)), length):
            if any(self.course.after[begun + 1 : length]):
                continue
            rows = serve_steps(moment, begun, length - 1)
            carrier = None if rows is None else self._find_carrier(moment, begun)
            if rows is None or carrier is None:
                continue
            foreign = survive and self.course.strict and begun > 0
            if not foreign or is_free_of_foreigners(moment, begun - 1, length - 1):
                yield Chain(carrier.rows + rows, carrier.times + (moment.time,) * len(rows))

    def _find_carrier(self, moment: Moment, length: int) -> Chain | None:
        """Find the latest chain of a length that the next step may be added to in this moment."""
        if not length:
            return Chain()
        latest = moment.time - max(self.course.after[length], 1)
        place = bisect_right(self.times[length], latest) - 1
        if place < self.dead[length]:
            return None
        chain = self.chains[length][place]
        in_time = moment.time - chain.times[0] <= self.course.window
        in_time = in_time and moment.time - chain.times[-1] <= self.course.within[length]
        return chain if in_time and not self._is_shut(chain, moment.time) else None

    def _is_shut(self, chain: Chain, until: int) -> bool:
        """Tell whether something happened that may not happen before the chain's next step at a time."""
        for span, times in zip(self.course.spans, self.shut, strict=True):
            if span.first < len(chain.times) <= span.last:
                place = bisect_right(times, chain.times[span.first])
                if place < len(times) and times[place] < until:
                    return True
        return False

    def waits(self, data_end: int) -> bool:
        """Tell whether some chain may still be completed by events that come at the data's end or later."""
        course = self.course
        for length in range(1, len(self.chains) - 1):
            for chain in self.chains[length][self.dead[length] :]:
                soonest = max(data_end, chain.times[-1] + course.after[length])
                in_time = soonest - chain.times[-1] <= course.within[length]
                done = soonest + sum(course.after[length + 1 :])
                if in_time and done - chain.times[0] <= course.window and not self._is_shut(chain, FOREVER):
                    return True
        return False
