"""Exploration: two neighbours change places on a share of the answers, by a key, with propensities."""

import hashlib
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]

NO_SWAP = -1
"""The pair of an answer in which nothing changes places."""


class Propensities(NamedTuple):
    """With which chance the item of each slot is shown where it may be."""

    stays: FloatArray
    """In its own slot."""
    swaps: float
    """In the slot of a neighbour that it may change places with: the same for each."""


def draw_pair(draw: float, swaps: BoolArray, share: float) -> int:
    """Draw which slot changes places with the next one, or `NO_SWAP`.

    `draw` is a number from 0 up to 1; `swaps` marks the slots that may. Each pair has `share` / pairs of all draws.

    >>> swaps = np.array([True, False, True, False])
    >>> [draw_pair(draw, swaps, share=0.2) for draw in (0.0, 0.09, 0.1, 0.19, 0.2, 0.9)]
    [0, 0, 2, 2, -1, -1]
    """
    pairs = np.flatnonzero(swaps)
    if draw >= share or not len(pairs):
        return NO_SWAP
    return int(pairs[min(int(draw / share * len(pairs)), len(pairs) - 1)])


def find_propensities(swaps: BoolArray, share: float) -> Propensities:
    """Find the chances with which the draw puts each item where: share / pairs for a swap, else it stays.

    An item stays with 1 - share · (pairs that it is in) / pairs. Without a pair nothing is drawn.

    >>> find_propensities(np.array([True, True, False]), share=0.2).stays.tolist()
    [0.9, 0.8, 0.9]
    """
    pairs = int(swaps.sum())
    each = share / pairs if pairs else 0.0
    touched = swaps.astype(np.int64) + np.concatenate([[0], swaps[:-1].astype(np.int64)])
    return Propensities(1 - each * touched, each)


def read_key(*parts: str) -> float:
    """Turn a key into a number from 0 up to 1: the same for the same parts, spread evenly over different ones."""
    digest = hashlib.sha256("\0".join(parts).encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48
