"""The events that matter to a funnel, as arrays in the order of entrant and time."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from ingest import ORDER
from paths.funnels.definition import FunnelDefinition
from paths.funnels.matching import needs_order
from paths.rows.numbering import Bools, Ints, mark_runs, number_values

Bits = npt.NDArray[np.unsignedinteger[Any]]
KEY_BITS = 63


@dataclass(frozen=True)
class Events:
    """One row an event, in the order of entrant and time; at one moment as `ORDER` has it, where that matters."""

    entrant: Ints
    """Who it is, as a number; with a property held, each value of each entrant is an entrant of its own."""
    time: Ints
    """In microseconds, from 0."""
    good: Bits
    """Bit k: good for step k of the funnel, from 0."""
    shut: Bits
    """Bit k: exclusion k shuts it out."""
    key: Ints
    """Entrant and moment in one number, ascending."""
    clock: Ints | None
    """The distinct times, ascending, whose places stand in the keys; None where the times themselves do."""

    def pick(self, chosen: Bools | Ints) -> "Events":
        """Pick some of the events: those marked, or by their rows."""
        return Events(
            self.entrant[chosen], self.time[chosen], self.good[chosen], self.shut[chosen], self.key[chosen], self.clock
        )

    def count_foreign(self, step: int) -> Ints:
        """Count before each row, and at the end, those where something else happened than what the step waits for."""
        return np.append(0, np.cumsum(self.good & self.good.dtype.type(1 << step) == 0))

    def find_key(self, rows: Ints, before: int) -> Ints:
        """Find the keys of the same entrants so many microseconds before some events; such a moment may be nobody's."""
        if before <= 1 or self.clock is None:
            return self.key[rows] - before
        place = np.searchsorted(self.clock, self.time[rows])
        earlier = np.searchsorted(self.clock, self.time[rows] - before, side="right") - 1
        return self.key[rows] - place + earlier


@dataclass(frozen=True)
class Arrangement:
    """The events of a funnel and what their numbers stand for."""

    events: Events
    names: pl.Series
    """The names of those who may enter."""
    owner: Ints | None
    """With a property held: the place in `names` of each entrant of the events; None where it is the entrant."""
    zero: int
    """The time 0, in microseconds since 1970."""
    segment: pl.Series | None
    """The breakdown's value of each event; None where there is no breakdown."""


def arrange_events(frame: pl.DataFrame, funnel: FunnelDefinition) -> Arrangement:
    """Put the matched events of a funnel into order, with numbers for names."""
    numbered = number_values(frame["entrant"])
    entrant, owner = _hold(frame, numbered.codes, funnel)
    time = frame["time"].to_numpy()
    zero = int(time.min()) if time.size else 0
    time = time - zero
    key, clock = _make_keys(entrant, time)
    order = _find_order(frame, key, needs_order(funnel))
    shut = frame["shut"].to_numpy() if funnel.exclude else np.broadcast_to(np.uint8(0), time.size)
    events = Events(entrant, time, frame["good"].to_numpy(), shut, key, clock)
    segment = frame["segment"] if funnel.breakdown else None
    if order is not None:
        events, segment = events.pick(order), None if segment is None else segment.gather(order)
    return Arrangement(events, numbered.names, owner, zero, segment)


def _hold(frame: pl.DataFrame, entrant: Ints, funnel: FunnelDefinition) -> tuple[Ints, Ints | None]:
    """Make an entrant of each value that an entrant has of the properties held."""
    if not funnel.held:
        return entrant, None
    pairs = entrant
    for number in range(len(funnel.held)):
        value = number_values(frame[f"hold {number}"])
        rank = value.names.rank("ordinal").to_numpy().astype(np.int64)  # the order of the rows must not matter
        pairs = np.unique(pairs * (rank.size + 1) + rank[value.codes], return_inverse=True)[1]
    owner = np.zeros(int(pairs.max(initial=-1)) + 1, np.int64)
    owner[pairs] = entrant
    return pairs, owner


def _make_keys(entrant: Ints, time: Ints) -> tuple[Ints, Ints | None]:
    """Pack entrant and time into one number each; where there is no room, the time's place among all."""
    clock = None
    room = KEY_BITS - int(entrant.max(initial=0)).bit_length()
    bits = int(time.max(initial=0)).bit_length()
    if bits > room:
        clock, time = np.unique(time, return_inverse=True)
        bits = int(time.max(initial=0)).bit_length()
    return (entrant << bits) | time, clock


def _find_order(frame: pl.DataFrame, key: Ints, total: bool) -> Ints | None:
    """Find the order of the keys; `total`: events of one moment as `ORDER` has them. None: as they stand."""
    ascending = bool((key[1:] >= key[:-1]).all())
    if ascending and not total:
        return None
    order = np.arange(key.size) if ascending else pl.Series(key).arg_sort().to_numpy().astype(np.int64)
    if not total:
        return order
    new = mark_runs(key[order])
    moment = np.cumsum(new) - 1
    tied = np.flatnonzero((np.bincount(moment, minlength=1) > 1)[moment])
    rest = frame.select(ORDER[1:])[order[tied]].with_columns(moment=moment[tied], row=order[tied])
    order[tied] = rest.sort("moment", *ORDER[1:], "row")["row"].to_numpy()
    return order
