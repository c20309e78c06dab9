"""Exploration: how many pages must change two neighbours before examination is known well enough."""

from typing import NamedTuple

import numpy as np

from recommend.codes import FloatArray
from serving import Z_95


class Exploration(NamedTuple):
    """What it takes to know how much each slot is looked at."""

    pages: float
    """Pages on which a pair of neighbours must change places, all pairs alike; inf where a pair is never clicked on."""
    share: float | None
    """The same as a share of the pages at hand; None where it takes more than there are."""


def recommend_exploration(swapped_clicks: FloatArray, pages: float, wanted_error: float) -> Exploration:
    """Recommend the share of the pages to explore, for intervals of examination that reach no further than wanted.

    `swapped_clicks` holds for each pair of neighbours the clicks a page expected in its two slots when they have
    changed places; `pages` is how many pages will be shown. With P pairs drawn alike, s of the N pages explored, and
    c_p those clicks, pair p collects N s c_p / P clicks there, and the logarithm of one examination over the other has
    about the variance P / (N s c_p): a count of c has a logarithm of variance 1/c, and the pages as usual, many more,
    add little. Errors of pairs add up on the way from the first slot to the last, whose interval of ± w takes

        N s = z² · P · Σ_p 1/c_p / w²,  z = 1.96.

    >>> recommend_exploration(np.array([0.5, 0.25]), pages=20_000, wanted_error=0.2)
    Exploration(pages=1152.48, share=0.057624)
    """
    with np.errstate(divide="ignore"):
        needed = float(Z_95**2 * len(swapped_clicks) * (1 / swapped_clicks).sum() / wanted_error**2)
    rounded = round(needed, 2) if np.isfinite(needed) else needed
    return Exploration(rounded, round(needed / pages, 6) if 0 < needed <= pages else None)


def expect_swapped_clicks(examination: FloatArray, attraction: FloatArray) -> FloatArray:
    """Expect the clicks a page of each pair of neighbours that have changed places.

    Both are told slot by slot: how much it is looked at, and the attraction of what stands there usually.
    """
    return examination[1:] * attraction[:-1] + examination[:-1] * attraction[1:]
