"""A log: lines of several kinds in the order of their time, written a stretch at a time."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Final, TypeAlias

import numpy as np

from simulator.columns import Codes, Millis

Writer: TypeAlias = Callable[[Millis, Millis], list[bytes]]
"""Moments and references (rows of clicks, or wide random numbers) in; one line each out, without its newline."""

_STRETCH: Final = 65_536


@dataclass(frozen=True)
class Kind:
    """Lines of one kind that are to be in a log, not yet written."""

    at: Millis
    reference: Millis
    write: Writer


@dataclass(frozen=True)
class Log:
    """One log file, as lines."""

    kinds: Mapping[str, Kind]

    def count_lines(self) -> dict[str, int]:
        """Count the lines of each kind."""
        return {name: len(kind.at) for name, kind in self.kinds.items()}

    def lines(self) -> Iterator[bytes]:
        """Write the lines in the order of their time, then of the kinds, without newlines."""
        return chain.from_iterable(self.stretches())

    def stretches(self) -> Iterator[list[bytes]]:
        """Write the same lines a stretch at a time, which is faster where there are millions."""
        kinds = list(self.kinds.values())
        at = np.concatenate([kind.at for kind in kinds])
        reference = np.concatenate([kind.reference for kind in kinds])
        code = np.repeat(np.arange(len(kinds), dtype=np.int32), [len(kind.at) for kind in kinds])
        order = np.argsort(at, kind="stable")
        for begin in range(0, len(order), _STRETCH):
            rows = order[begin : begin + _STRETCH]
            yield _write_stretch(kinds, code[rows], at[rows], reference[rows])


def _write_stretch(kinds: list[Kind], code: Codes, at: Millis, reference: Millis) -> list[bytes]:
    lines = [b""] * len(code)
    for number, kind in enumerate(kinds):
        places = np.flatnonzero(code == number)
        for place, line in zip(places.tolist(), kind.write(at[places], reference[places]), strict=True):
            lines[place] = line
    return lines


@dataclass(frozen=True)
class Scatter:
    """Where lines that no click explains may fall: any moment of the period."""

    starts_at: int
    ends_at: int
    random: np.random.Generator

    def lines(self, count: int, write: Writer) -> Kind:
        """Scatter that many lines; each gets a wide random number of its own to be made from."""
        at = np.sort(self.random.integers(self.starts_at, self.ends_at, count))
        return Kind(at, self.random.integers(0, 1 << 62, count), write)

    def beside(self, clicks: Millis, click_at: Millis, share: float, delay: tuple[int, int], write: Writer) -> Kind:
        """Put lines shortly before or after some of the clicks: at least one, if there is a click."""
        chosen = np.flatnonzero(self.random.random(len(clicks)) < share)
        chosen = chosen if len(chosen) else np.arange(min(1, len(clicks)))
        rows = clicks[chosen]
        return Kind(click_at[rows] + self.random.integers(*delay, len(rows)), rows, write)


def write_blank(at: Millis, _: Millis) -> list[bytes]:
    """Write empty lines."""
    return [b""] * len(at)
