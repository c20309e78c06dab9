"""The search in any order for entrants of whom an event is good for several steps."""

from collections.abc import Sequence
from itertools import chain, repeat

import numpy as np

from paths.funnels.search.chains import NEVER, Chains
from paths.funnels.search.courses import Course
from paths.funnels.search.events import Events
from paths.funnels.search.sets import find_last_shut, find_waiting_sets
from paths.rows.numbering import Ints, mark_runs


def find_shared_sets(events: Events, course: Course, data_end: int) -> Chains:
    """Find each entrant's largest set of steps done within one window; agrees with `find_sets` where that is exact.

    Of the windows that end with an event, the first one with the largest set counts, and of its sets the latest.
    Events are of one kind that are good for the same steps: of a kind no more can have a step each than there are
    such steps, so the latest of each kind are enough.
    """
    rows = np.flatnonzero(events.good)
    kinds = [(int(kind), np.flatnonzero(events.good == kind)) for kind in np.unique(events.good[rows])]
    last = np.stack([np.searchsorted(events.key[own], events.key[rows], side="right") for _, own in kinds], axis=1)
    begins = _find_begins(events, course, rows)
    first = np.stack([np.searchsorted(events.key[own], begins, side="right") for _, own in kinds], axis=1)
    first = np.maximum(first, last - [kind.bit_count() for kind, _ in kinds])
    size = _measure_sets([kind for kind, _ in kinds], last - first)
    order = np.lexsort([rows, -size, events.entrant[rows]])
    best = order[mark_runs(events.entrant[rows[order]])]
    taken = np.full((best.size, len(course.steps)), NEVER)
    for place, row in enumerate(best):
        inside = [own[start:end] for (_, own), start, end in zip(kinds, first[row], last[row], strict=True)]
        latest = np.sort(np.concatenate(inside))
        chosen = latest[_take_greedily(events.good[latest].tolist())]
        taken[place, : chosen.size] = chosen
    entrant = events.entrant[rows[best]]
    return Chains(entrant, size[best], taken, find_waiting_sets(events, course, data_end)[entrant])


def _find_begins(events: Events, course: Course, rows: Ints) -> Ints:
    """Find for each event the key after which its window begins: of its entrant, and not before what is excluded."""
    entries = np.flatnonzero(mark_runs(events.entrant))
    entry = entries[np.searchsorted(entries, rows, side="right") - 1]
    own = np.maximum(events.find_key(rows, course.window + 1), events.key[entry] - 1)
    return np.maximum(own, find_last_shut(events, course, rows) - 1)


def _measure_sets(kinds: Sequence[int], counts: Ints) -> Ints:
    """Measure how many of the events of each row can have a step each; of rows with the same counts only one."""
    alike = np.zeros(len(counts), np.int64)
    for column, kind in zip(counts.T, kinds, strict=True):
        alike = np.unique(alike * (kind.bit_count() + 1) + column, return_inverse=True)[1]
    examples = counts[np.unique(alike, return_index=True)[1]].tolist()
    sizes = [len(_take_greedily([*chain(*map(repeat, kinds, example))])) for example in examples]
    return np.array(sizes, np.int64)[alike]


def _take_greedily(events: Sequence[int]) -> list[int]:
    """Take events that can have a step each, the latest first; give their places, in order.

    `events`: the steps that each is good for, as bits. Sets of events that can have a step each are the independent
    sets of a matroid (Edmonds and Fulkerson, 1965), so taking them greedily gives the largest set and the latest.

    >>> _take_greedily([0b001, 0b011, 0b011, 0b010])
    [2, 3]
    """
    owner: dict[int, int] = {}

    def find_step(event: int, seen: set[int]) -> bool:
        for step in range(events[event].bit_length()):
            if events[event] >> step & 1 and step not in seen:
                seen.add(step)
                if step not in owner or find_step(owner[step], seen):
                    owner[step] = event
                    return True
        return False

    return sorted(event for event in reversed(range(len(events))) if find_step(event, set()))
