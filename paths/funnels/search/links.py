"""The fast search: links each event of a step to the latest event of the step before that carries a chain to it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from paths.funnels.search.chains import NEVER, Chains
from paths.funnels.search.courses import FOREVER, Course
from paths.funnels.search.events import Events
from paths.rows.numbering import Bools, Ints, mark_run_ends, mark_runs


@dataclass(frozen=True)
class Links:
    """The events of one step that carry a chain, in their order."""

    row: Ints
    carrier: Ints
    """The event of the step before, by its place among that step's links."""
    since: dict[int, Ints]
    """Of the steps by whose time a later step is judged, by place in the course: the event it was taken with."""


@dataclass(frozen=True)
class Furthest:
    """The end of the furthest chain of each entrant who has one, in the order of entrants."""

    entrant: Ints
    length: Ints
    """How many steps the chain took."""
    end: Ints
    """Its last step, by its place among that step's links."""

    def find_level(self, course: Course) -> Ints:
        """Find the place of the last step in the funnel, from 1."""
        return np.array(course.steps)[self.length - 1] + 1


def find_chains(events: Events, course: Course, steps: int, in_log_order: bool, data_end: int) -> Chains:
    """Find each entrant's furthest chain along a course, among all entrants at once.

    The latest event that may carry a chain is the best one: a chain that comes through it took none of its steps
    earlier than one through an event before it, so whatever windows and exclusions the latter keeps it keeps too. By
    the least gap, the latest one that is old enough. `in_log_order`: events of one moment count in the order in which
    they stand; else they count in either order, which is exact unless an event good for several steps shares its
    moment with another one, or in a strict course unless events of one moment are good for different steps.
    """
    links = [_begin(events, course)]
    for place in range(1, len(course.steps)):
        links.append(_link(events, course, place, links[-1], in_log_order))
    furthest = find_furthest(events, links)
    taken = _trace_back(events, course, links, furthest, steps)
    waiting = find_waiting(events, course, links, data_end)
    return Chains(furthest.entrant, furthest.find_level(course), taken, waiting[furthest.entrant])


def _begin(events: Events, course: Course) -> Links:
    rows = find_rows(events, course.steps[0])
    return Links(rows, rows, {0: rows})


def find_rows(events: Events, step: int) -> Ints:
    """Find the events that are good for a step."""
    return np.flatnonzero(events.good & events.good.dtype.type(1 << step))


def _link(events: Events, course: Course, place: int, before: Links, in_log_order: bool) -> Links:
    """Link the events of one step of the course to those of the step before; those without a carrier drop out."""
    rows = find_rows(events, course.steps[place])
    carrier = _find_carriers(events, course, place, before, rows, in_log_order)
    rows, carrier = rows[carrier >= 0], carrier[carrier >= 0]
    linked = events.entrant[before.row[carrier]] == events.entrant[rows]
    rows, carrier = rows[linked], carrier[linked]
    kept = keeps_times(events, course, place, before, rows, carrier)
    rows, carrier = rows[kept], carrier[kept]
    since = {step: event[carrier] for step, event in before.since.items()}
    return Links(rows, carrier, since | ({place: rows} if any(span.first == place for span in course.spans) else {}))


def _find_carriers(events: Events, course: Course, place: int, before: Links, rows: Ints, in_log_order: bool) -> Ints:
    """Find the latest event of the step before that may come before each event, by its place among the links."""
    least = course.after[place]
    if least or not (in_log_order or course.strict):
        limit = events.find_key(rows, least)
        if not least:
            own = events.good[rows] & events.good.dtype.type(course.bits)
            limit = limit - (own & (own - own.dtype.type(1)) > 0)
        return np.searchsorted(events.key[before.row], limit, side="right") - 1
    return np.searchsorted(before.row, rows) - 1


def keeps_times(events: Events, course: Course, place: int, before: Links, rows: Ints, carrier: Ints) -> Bools:
    """Tell which links keep to the windows, and have nothing between that may not be there."""
    time = events.time[rows]
    kept: Bools = time - events.time[before.since[0][carrier]] <= course.window
    if course.within[place] < course.window:
        kept &= time - events.time[before.row[carrier]] <= course.within[place]
    for span in course.spans:
        if span.first < place <= span.last:
            shut = _list_shut(events, span.exclusion)
            last = shut[np.searchsorted(shut, events.key[rows]) - 1]
            kept &= last <= events.key[before.since[span.first][carrier]]
    if course.strict:
        foreign = events.count_foreign(course.steps[place - 1])
        kept &= foreign[rows] == foreign[before.row[carrier] + 1]
    return kept


def _list_shut(events: Events, exclusion: int) -> Ints:
    """List the keys of the events that an exclusion shuts out, after one that comes before all."""
    return np.append(NEVER, events.key[np.flatnonzero(events.shut & events.shut.dtype.type(1 << exclusion))])


def find_waiting(events: Events, course: Course, links: Sequence[Links], data_end: int) -> Bools:
    """Mark the entrants of whom a chain may still be completed by events that come at the data's end or later."""
    waiting = np.zeros(int(events.entrant.max(initial=-1)) + 1, np.bool_)
    for place, link in enumerate(links[:-1]):
        if course.is_plain:
            alive = events.time[link.row] >= data_end - course.window
        else:
            alive = _wait(events, course, place, link, data_end) - events.time[link.since[0]] <= course.window
        waiting[events.entrant[link.row[alive]]] = True
        if course.is_plain:
            break  # who waits with a later step waits with the first one, which began no earlier
    return waiting


def _wait(events: Events, course: Course, place: int, link: Links, data_end: int) -> Ints:
    """Find the soonest time at which each chain may be complete; FOREVER where it cannot be."""
    time = events.time[link.row]
    soonest = np.maximum(data_end, time + course.after[place + 1])
    alive: Bools = soonest - time <= course.within[place + 1]
    end = _find_last_events(events)[events.entrant[link.row]]
    for span in course.spans:
        if span.first <= place < span.last:
            shut = _list_shut(events, span.exclusion)
            last = shut[np.searchsorted(shut, events.key[end], side="right") - 1]
            alive &= last <= events.key[link.since[span.first]]
    if course.strict:
        foreign = events.count_foreign(course.steps[place])
        alive &= foreign[end + 1] == foreign[link.row + 1]
    return np.where(alive, soonest + sum(course.after[place + 2 :]), FOREVER)


def _find_last_events(events: Events) -> Ints:
    """Find each entrant's last event."""
    lasts = np.flatnonzero(mark_run_ends(events.entrant))
    last = np.zeros(int(events.entrant.max(initial=-1)) + 1, np.int64)
    last[events.entrant[lasts]] = lasts
    return last


def _find_last_of_moment(events: Events, link: Links, places: Ints) -> Ints:
    """Find the last of the links that share their moment with those given: the best carrier may be of that moment."""
    key, after = events.key[link.row[places]], np.minimum(places + 1, link.row.size - 1)
    tied = np.flatnonzero((events.key[link.row[after]] == key) & (after > places))
    last = places.copy()
    if tied.size:
        last[tied] = np.searchsorted(events.key[link.row], key[tied], side="right") - 1
    return last


def find_furthest(events: Events, links: Sequence[Links]) -> Furthest:
    """Find each entrant's furthest step, where first taken."""
    length, end = (np.zeros(int(events.entrant.max(initial=-1)) + 1, np.int64) for _ in range(2))
    for place, link in enumerate(links):
        entrant = events.entrant[link.row]
        firsts = np.flatnonzero(mark_runs(entrant))
        length[entrant[firsts]] = place + 1
        end[entrant[firsts]] = firsts
    entrant = np.flatnonzero(length)
    return Furthest(entrant, length[entrant], end[entrant])


def _trace_back(events: Events, course: Course, links: Sequence[Links], furthest: Furthest, steps: int) -> Ints:
    """Follow each entrant's furthest step back to where its chain began."""
    taken = np.full((furthest.entrant.size, steps), NEVER)
    end = furthest.end.copy()
    for place, link in reversed(list(enumerate(links))):
        here = np.flatnonzero(furthest.length == place + 1)
        end[here] = _find_last_of_moment(events, link, end[here])
        there = np.flatnonzero(furthest.length > place)
        taken[there, course.steps[place]] = link.row[end[there]]
        end[there] = link.carrier[end[there]]
    return taken
