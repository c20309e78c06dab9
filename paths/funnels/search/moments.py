"""Moments: which steps the events of one moment can serve together."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple


class Moment(NamedTuple):
    """All events of one entrant at one moment."""

    time: int
    rows: tuple[int, ...]
    good: tuple[int, ...]
    """For each event the steps of the course that it is good for, as bits."""


def list_moments(rows: Sequence[int], times: Sequence[int], good: Sequence[int]) -> Iterator[Moment]:
    """List the moments of one entrant's events, which stand in the order of time."""
    for time, group in groupby(zip(rows, times, good, strict=True), key=lambda event: event[1]):
        events = list(group)
        yield Moment(time, tuple(row for row, _, _ in events), tuple(bits for _, _, bits in events))


def serve_steps(moment: Moment, first: int, last: int) -> tuple[int, ...] | None:
    """Find an event of its own for each of the steps from `first` up to `last`; None where there are too few.

    Bipartite matching by augmenting ways (Kuhn, 1955).
    """
    owner: dict[int, int] = {}

    def find_event(step: int, seen: set[int]) -> bool:
        for place, bits in enumerate(moment.good):
            if bits >> step & 1 and place not in seen:
                seen.add(place)
                if place not in owner or find_event(owner[place], seen):
                    owner[place] = step
                    return True
        return False

    if last - first >= len(moment.rows) or not all(find_event(step, set()) for step in range(first, last + 1)):
        return None
    place_of = {step: place for place, step in owner.items()}
    return tuple(moment.rows[place_of[step]] for step in range(first, last + 1))


def is_free_of_foreigners(moment: Moment, first: int, last: int) -> bool:
    """Tell whether each event is good for one of the steps from `first` up to `last`."""
    wanted = (1 << last + 1) - (1 << first)
    return all(bits & wanted for bits in moment.good)
