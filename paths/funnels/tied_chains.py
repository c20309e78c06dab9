"""The furthest way through a funnel for entrants whose events tie while one of them is good for several steps."""

from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np

from paths.funnels.chains import NEVER, Chains
from paths.rows.numbering import Ints

Times = tuple[int, ...]
"""When each step of a chain was reached."""


def find_tied_chains(entrant: Ints, time: Ints, matches: Ints, steps: int, window: int) -> Chains:
    """Find each entrant's furthest chain, one entrant at a time: exact for every tie, and slow.

    One row an event; bit k of `matches` says whether it is good for step k (from 0). Agrees with `find_chains` where
    both are exact.
    """
    order = np.lexsort([time, entrant])
    rows = zip(entrant[order].tolist(), time[order].tolist(), matches[order].tolist(), strict=True)
    found = [(who, *_walk(list(events), steps, window)) for who, events in groupby(rows, key=lambda row: row[0])]
    found = [row for row in found if row[1]]
    return Chains(
        np.array([who for who, _, _ in found], np.int64),
        np.array([len(chain) for _, chain, _ in found], np.int64),
        np.array([chain + (NEVER,) * (steps - len(chain)) for _, chain, _ in found], np.int64).reshape(-1, steps),
        np.array([last for _, _, last in found], np.int64),
    )


def _walk(rows: list[tuple[int, int, int]], steps: int, window: int) -> tuple[Times, int]:
    """Give the furthest chain that ends first, and the latest event of the first step."""
    best: list[Times | None] = [(), *[None] * steps]
    furthest: Times = ()
    last = NEVER
    for moment, group in groupby(rows, key=lambda row: row[1]):
        events = [matches for _, _, matches in group]
        if any(matches & 1 for matches in events):
            last = moment
        for length, chain in _extend(best, moment, events):
            best[length] = chain
            if length > len(furthest) and moment - chain[0] <= window:
                furthest = chain
    return furthest, last


def _extend(best: Sequence[Times | None], moment: int, events: Sequence[int]) -> Iterator[tuple[int, Times]]:
    """Give the best chain of each length that ends at this moment, the longest first.

    The chain that leaves most steps to this moment is the best one: none of its steps could be later.
    """
    for length in reversed(range(1, len(best))):
        for begun in range(length):
            chain = best[begun]
            if chain is not None and _can_serve(range(begun, length), events):
                yield length, chain + (moment,) * (length - begun)
                break


def _can_serve(steps: Sequence[int], events: Sequence[int]) -> bool:
    """Tell whether each step can have an event of its own (bipartite matching by augmenting ways; Kuhn, 1955)."""
    owner: dict[int, int] = {}

    def find_event(step: int, seen: set[int]) -> bool:
        for event, matches in enumerate(events):
            if matches >> step & 1 and event not in seen:
                seen.add(event)
                if event not in owner or find_event(owner[event], seen):
                    owner[event] = step
                    return True
        return False

    return len(steps) <= len(events) and all(find_event(step, set()) for step in steps)
