"""Cross-fitting: what choosing a page by the data gains, told by data that did not choose."""

from typing import NamedTuple

import numpy as np

from recommend.codes import IntArray
from recommend.layout.assignment import EMPTY
from recommend.layout.frame import Frame
from recommend.layout.worth import Gap, Worth


class Crossed(NamedTuple):
    """The page that each half of the people chose, and what the other half says of both."""

    pages: tuple[IntArray, IntArray]
    """By the first half, and by the second."""
    gaps: tuple[Gap, ...]
    """The mean of both ways, of each measure."""


def compare_crosswise(frame: Frame, first: Worth, second: Worth) -> Crossed | None:
    """Choose a page by either half of the people, compare it with today's by the other, and take the mean of both ways.

    The best of many pages looks better than it is to the data that chose it, but not to other people: the figure is
    what a page chosen by half of them is expected to gain (cross-fitting: V. Chernozhukov and others, 2018). The two
    ways hang together, since each half both chooses and judges; the standard error of a mean is at most the mean of the
    standard errors, however they do, and that is what is told. What one half never saw is not chosen. None where a half
    knows nothing of what stands there today or is pinned.
    """
    offers = np.arange(frame.eligible.shape[1])
    known = np.isin(offers, first.known) & np.isin(offers, second.known)
    needed = np.concatenate([frame.now, frame.pinned])
    if not known[needed[needed != EMPTY]].all():
        return None
    pages = frame.choose(first.value, known), frame.choose(second.value, known)
    ways = second.compare(frame.now, pages[0]), first.compare(frame.now, pages[1])
    return Crossed(pages, tuple(_average(*gaps) for gaps in zip(*ways, strict=True)))


def _average(one: Gap, other: Gap) -> Gap:
    return Gap(*((mine + theirs) / 2 for mine, theirs in zip(one, other, strict=True)))
