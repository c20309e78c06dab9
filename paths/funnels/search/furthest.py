"""The search for each entrant's furthest chain: the fast one wherever it is exact, the slow one for the rest."""

from collections.abc import Sequence

import numpy as np

from paths.funnels.definition import FunnelDefinition
from paths.funnels.search.chains import Chains, choose_furthest
from paths.funnels.search.courses import Course, list_courses
from paths.funnels.search.events import Bits, Events
from paths.funnels.search.links import find_chains
from paths.funnels.search.moments import gather_moments
from paths.funnels.search.sets import find_sets
from paths.funnels.search.shared_sets import find_shared_sets
from paths.funnels.search.tied_chains import find_tied_chains
from paths.rows.numbering import Bools, Ints, mark_runs


def search_chains(events: Events, funnel: FunnelDefinition, owner: Ints | None, data_end: int) -> Chains:
    """Search each course that the optional steps allow, and give each entrant the best chain of all.

    With a property held, `owner` says whose each of the entrants of the events is; the best chain is the owner's.
    """
    courses = list_courses(funnel)
    slow = _mark_slow(events, funnel)
    if slow is None:
        found = _search_fast(events, courses, funnel, data_end)
    else:
        early = _search_fast(events.pick(~slow), courses, funnel, data_end)
        late = _search_slowly(events.pick(slow), courses, funnel, data_end)
        found = Chains.join([_number_back(early, ~slow), _number_back(late, slow)])
    if owner is not None:
        found = Chains(owner[found.entrant], found.level, found.taken, found.waiting)
    return found if owner is None and len(courses) == 1 else choose_furthest(found, events.time)


def _search_fast(events: Events, courses: Sequence[Course], funnel: FunnelDefinition, data_end: int) -> Chains:
    if funnel.order == "any":
        return Chains.join([find_sets(events, course, data_end) for course in courses])
    steps, as_logged = len(funnel.steps), funnel.ties == "arrival"
    return Chains.join([find_chains(events, course, steps, as_logged, data_end) for course in courses])


def _search_slowly(events: Events, courses: Sequence[Course], funnel: FunnelDefinition, data_end: int) -> Chains:
    if funnel.order == "any":
        return Chains.join([find_shared_sets(events, course, data_end) for course in courses])
    steps = len(funnel.steps)
    moments = gather_moments(events, steps)
    return Chains.join([find_tied_chains(moments, course, steps, data_end) for course in courses])


def _number_back(chains: Chains, chosen: Bools) -> Chains:
    """Give events that were picked the rows that they had before."""
    rows = np.append(np.flatnonzero(chosen), -1)
    return Chains(chains.entrant, chains.level, rows[chains.taken], chains.waiting)


def _mark_slow(events: Events, funnel: FunnelDefinition) -> Bools | None:
    """Mark the events of entrants for whom the fast search is not exact; None where there are none."""
    if funnel.ties == "arrival" or (funnel.ties == "strict" and funnel.order == "ordered"):
        return None
    good = events.good
    shared = good & (good - (good > 0)) > 0
    if funnel.order == "strict":
        doubtful = _mark_mixed(events, good)
    elif funnel.order == "any":
        doubtful = shared
    else:
        doubtful = shared & _mark_tied(events, good > 0) if shared.any() else shared
    if not doubtful.any():
        return None
    marked = np.zeros(int(events.entrant.max()) + 1, np.bool_)
    marked[events.entrant[doubtful]] = True
    return marked[events.entrant]


def _mark_tied(events: Events, matters: Bools) -> Bools:
    """Mark the events that share their moment with another one that matters."""
    moment = np.cumsum(mark_runs(events.key)) - 1
    tied: Bools = (np.bincount(moment, matters) > 1)[moment]
    return tied


def _mark_mixed(events: Events, good: Bits) -> Bools:
    """Mark events after which another one of the same moment is good for other steps."""
    mixed = np.zeros(good.size, np.bool_)
    mixed[1:] = (events.key[1:] == events.key[:-1]) & (good[1:] != good[:-1])
    return mixed
