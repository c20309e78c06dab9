"""The search by moments: exact however the events of one moment may stand."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from paths.funnels.search.chains import NEVER, Chains
from paths.funnels.search.courses import Course
from paths.funnels.search.links import Furthest, Links, find_furthest, find_rows, find_waiting, keeps_times
from paths.funnels.search.moments import Moments
from paths.rows.numbering import Bools, Ints


@dataclass(frozen=True)
class TiedLinks(Links):
    """The moments in which a chain of some length ends."""

    begun: Ints
    """How many of the steps were taken before the moment; the carrier took the last of them."""


def find_tied_chains(moments: Moments, course: Course, steps: int, data_end: int) -> Chains:
    """Find each entrant's furthest chain along a course; agrees with `find_chains` where that is exact.

    Of the chains of one length that end in a moment, the one that takes most of its steps in it is the best: none of
    its steps could be later. In a strict course it may go on only if nothing foreign stands behind it in the moment,
    and another one may, so those that end there are linked beside those that go on.
    """
    links: list[TiedLinks] = []
    for place in range(len(course.steps)):
        links.append(_link(moments, course, place, links, goes_on=True))
    ends = links
    if course.strict:
        ends = [_link(moments, course, place, links, goes_on=False) for place in range(len(course.steps))]
    waiting = find_waiting(moments, course, links, data_end)
    furthest = find_furthest(moments, ends)
    taken = _trace_back(moments, course, links, ends, furthest, steps)
    return Chains(furthest.entrant, furthest.find_level(course), taken, waiting[furthest.entrant])


def _link(moments: Moments, course: Course, place: int, links: Sequence[TiedLinks], goes_on: bool) -> TiedLinks:
    """Link the moments in which a step of the course may be taken to those before; those without a chain drop out."""
    rows = find_rows(moments, course.steps[place])
    begun, carrier = np.full(rows.size, NEVER), np.full(rows.size, NEVER)
    for start in range(max(0, place + 1 - moments.most), place + 1):
        if any(course.after[start + 1 : place + 1]):
            continue
        left = np.flatnonzero(begun == NEVER)
        left = left[_serves(moments, course, start, place, goes_on)[moments.shape[rows[left]]]]
        if start:
            carrier[left] = _find_carriers(moments, course, start, links[start - 1], rows[left])
            left = left[carrier[left] != NEVER]
        begun[left] = start
    kept = begun != NEVER
    rows, begun, carrier = rows[kept], begun[kept], carrier[kept]
    firsts = {0, *(span.first for span in course.spans if span.first <= place)}
    return TiedLinks(rows, carrier, {first: _look_back(first, rows, begun, carrier, links) for first in firsts}, begun)


def _serves(moments: Moments, course: Course, start: int, place: int, goes_on: bool) -> Bools:
    """Tell of each shape whether its moments serve the steps from `start` to `place`, and the chain may so go on."""
    served: Bools = moments.serve(course.steps[start : place + 1])[:, 0] != NEVER
    if goes_on and course.strict and start:
        served &= moments.is_free_of_foreigners(course.steps[start - 1 : place + 1])
    return served


def _find_carriers(moments: Moments, course: Course, place: int, before: TiedLinks, rows: Ints) -> Ints:
    """Find the latest moment that may carry a chain to a step in each of some moments; NEVER where there is none."""
    limit = moments.find_key(rows, max(course.after[place], 1))
    carrier = np.searchsorted(moments.key[before.row], limit, side="right") - 1
    there = np.flatnonzero(carrier != NEVER)
    there = there[moments.entrant[before.row[carrier[there]]] == moments.entrant[rows[there]]]
    there = there[keeps_times(moments, course, place, before, rows[there], carrier[there])]
    found = np.full(rows.size, NEVER)
    found[there] = carrier[there]
    return found


def _look_back(first: int, rows: Ints, begun: Ints, carrier: Ints, links: Sequence[TiedLinks]) -> Ints:
    """Find the moment in which each chain took a step: its own, or one of its carrier's."""
    since = rows.copy()
    for start in range(first + 1, len(links) + 1):
        here = begun == start
        since[here] = links[start - 1].since[first][carrier[here]]
    return since


def _trace_back(
    moments: Moments,
    course: Course,
    links: Sequence[TiedLinks],
    ends: Sequence[TiedLinks],
    furthest: Furthest,
    steps: int,
) -> Ints:
    """Follow each entrant's furthest step, where first taken, back to where its chain began."""
    taken = np.full((furthest.entrant.size, steps), NEVER)
    length, end = furthest.length.copy(), furthest.end.copy()
    for place in reversed(range(len(links))):
        is_end = furthest.length == place + 1
        for link, chosen in ((ends[place], is_end), (links[place], ~is_end)):
            who = np.flatnonzero(chosen & (length == place + 1))
            row, begun, carrier = (column[end[who]] for column in (link.row, link.begun, link.carrier))
            length[who], end[who] = begun, carrier
            for start in np.unique(begun).tolist():
                here = begun == start
                span = course.steps[start : place + 1]
                served = moments.serve(span)[moments.shape[row[here]]]
                taken[np.ix_(who[here], span)] = moments.events[moments.begin[row[here], None] + served]
    return taken
