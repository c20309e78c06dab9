"""The search for each entrant's furthest chain: the fast one wherever it is exact, the slow one for the rest."""

import numpy as np

from paths.funnels.definition import FunnelDefinition
from paths.funnels.search.chains import Chains, choose_furthest
from paths.funnels.search.courses import Course, list_courses
from paths.funnels.search.events import Bits, Events
from paths.funnels.search.links import find_chains
from paths.funnels.search.sets import find_sets
from paths.funnels.search.shared_sets import find_shared_sets
from paths.funnels.search.tied_chains import find_tied_chains
from paths.rows.numbering import Bools, Ints, mark_runs


def search_chains(events: Events, funnel: FunnelDefinition, owner: Ints | None, data_end: int) -> Chains:
    """Search each course that the optional steps allow, and give each entrant the best chain of all.

    With a property held, `owner` says whose each of the entrants of the events is; the best chain is the owner's.
    """
    courses = list_courses(funnel)
    found = Chains.join([_search_course(events, course, funnel, data_end) for course in courses])
    if owner is not None:
        found = Chains(owner[found.entrant], found.level, found.taken, found.waiting)
    return found if owner is None and len(courses) == 1 else choose_furthest(found, events.time)


def _search_course(events: Events, course: Course, funnel: FunnelDefinition, data_end: int) -> Chains:
    """Search one course, fast for all but those entrants for whom that is not exact."""
    steps = len(funnel.steps)
    slow = _mark_slow(events, course, funnel)
    if slow is None:
        return _search_fast(events, course, funnel, data_end)
    rest = events.pick(slow)
    if funnel.order == "any":
        late = find_shared_sets(rest, course, data_end)
    else:
        late = find_tied_chains(rest, course, steps, data_end)
    early = _search_fast(events.pick(~slow), course, funnel, data_end)
    return Chains.join([_number_back(early, ~slow), _number_back(late, slow)])


def _search_fast(events: Events, course: Course, funnel: FunnelDefinition, data_end: int) -> Chains:
    if funnel.order == "any":
        return find_sets(events, course, data_end)
    return find_chains(events, course, len(funnel.steps), funnel.ties == "arrival", data_end)


def _number_back(chains: Chains, chosen: Bools) -> Chains:
    """Give events that were picked the rows that they had before."""
    rows = np.append(np.flatnonzero(chosen), -1)
    return Chains(chains.entrant, chains.level, rows[chains.taken], chains.waiting)


def _mark_slow(events: Events, course: Course, funnel: FunnelDefinition) -> Bools | None:
    """Mark the events of entrants for whom the fast search is not exact; None where there are none."""
    if funnel.ties == "arrival" or (funnel.ties == "strict" and funnel.order == "ordered"):
        return None
    good = events.good & events.good.dtype.type(course.bits)
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
