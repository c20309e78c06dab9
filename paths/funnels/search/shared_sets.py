"""The search in any order for entrants of whom an event is good for several steps: one entrant at a time."""

from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Iterable

import numpy as np

from paths.funnels.search.chains import NEVER, Chains
from paths.funnels.search.courses import Course
from paths.funnels.search.events import Events
from paths.funnels.search.moments import Moment, list_moments
from paths.funnels.search.sets import find_waiting_sets
from paths.rows.numbering import mark_runs


def find_shared_sets(events: Events, course: Course, data_end: int) -> Chains:
    """Find each entrant's largest set of steps done within one window; agrees with `find_sets` where that is exact."""
    begins = np.flatnonzero(mark_runs(events.entrant))
    found = []
    for rows in np.split(np.arange(events.entrant.size), begins[1:]) if begins.size else ():
        good, excluded = events.good[rows].astype(np.int64), events.time[rows[events.shut[rows] > 0]].tolist()
        best = _find_best(list_moments(rows.tolist(), events.time[rows].tolist(), good.tolist()), course, excluded)
        if best:
            found.append((int(events.entrant[rows[0]]), best))
    steps = len(course.steps)
    entrant = np.array([who for who, _ in found], np.int64)
    taken = np.array([best + [NEVER] * (steps - len(best)) for _, best in found], np.int64).reshape(-1, steps)
    waiting = find_waiting_sets(events, course, data_end)[entrant]
    return Chains(entrant, np.array([len(best) for _, best in found], np.int64), taken, waiting)


def _find_best(moments: Iterable[Moment], course: Course, excluded: list[int]) -> list[int]:
    """Find the largest set, of those the one that is done first, of those the one with the latest events.

    Sets of events that can have a step each are the independent sets of a matroid (Edmonds and Fulkerson, 1965), so
    taking events greedily, the latest first, gives the largest set and the latest. Of events that are good for the
    same steps no more are looked at than there are steps.
    """
    best: list[int] = []
    recent: dict[int, deque[tuple[int, int]]] = defaultdict(lambda: deque(maxlen=len(course.steps)))
    for moment in moments:
        for row, good in zip(moment.rows, moment.good, strict=True):
            if good:
                recent[good].append((row, moment.time))
        place = bisect_left(excluded, moment.time) - 1
        begin = max(moment.time - course.window, excluded[place] if place >= 0 else NEVER)
        inside = sorted((row, good) for good, events in recent.items() for row, time in events if time >= begin)
        if (chosen := _take_greedily(inside, len(best))) is not None:
            best = chosen
    return best


def _take_greedily(events: list[tuple[int, int]], beaten: int) -> list[int] | None:
    """Take the latest events that can have a step each, in their order; None where they are no more than `beaten`."""
    owner: dict[int, tuple[int, int]] = {}

    def find_step(event: tuple[int, int], seen: set[int]) -> bool:
        for step in range(event[1].bit_length()):
            if event[1] >> step & 1 and step not in seen:
                seen.add(step)
                if step not in owner or find_step(owner[step], seen):
                    owner[step] = event
                    return True
        return False

    taken = [event[0] for event in reversed(events) if find_step(event, set())]
    return taken[::-1] if len(taken) > beaten else None
