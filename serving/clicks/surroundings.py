"""Surroundings: what past sessions clicked on close to each click, before it or after it."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from serving.lists import number_within
from serving.vocabulary import Float32Array, Int32Array, Int64Array

APART = 3
"""Clicks apart that still count as close; five find as much and take longer."""
MOST = 20
"""What stands close to a click that is kept of each, the closest; 50 gained 0.1 HR@20."""


class Surroundings(NamedTuple):
    """For each click the `MOST` closest, in rows of one length; what has fewer stands beside itself, with share 0."""

    near: Int32Array
    share: Float32Array
    """How close each stands; a row's sum is 1, or 0 for a click that stands alone."""


def find_surroundings(session: Int64Array, code: Int64Array, names: int) -> Surroundings:
    """Find what stands close to each click: rows in order, sessions in runs, clicks numbered below `names`.

        close(i, j) = Σ 1 / d  over every i and j ≠ i of one session that stand d ≤ APART apart, in either order
        share(i → j) = close(i, j) / Σ close(i, ·),  over the MOST closest of i

    Equally close: in the order of the numbers.

    >>> found = find_surroundings(np.array([0, 0, 0, 1, 1]), np.array([0, 1, 2, 0, 1]), 3)
    >>> found.near[:3].tolist(), found.share[:3].astype(float).round(3).tolist()
    ([1, 2, 0], [0.8, 0.2, 0.0])
    """
    pairs = [_pair(session, code, names, apart) for apart in range(1, APART + 1)]
    apart = np.repeat(np.arange(1, APART + 1), [pair.size for pair in pairs])
    pair, place = np.unique(np.concatenate(pairs), return_inverse=True)
    close = np.bincount(place, weights=1 / apart, minlength=pair.size).astype(np.float32)
    source, near = np.divmod(pair, max(names, 1))
    order = np.lexsort((near, -close, source))
    rank = number_within(source[order])
    order, rank = order[rank < MOST], rank[rank < MOST]
    source, close = source[order], close[order]
    found = Surroundings(np.repeat(np.arange(names, dtype=np.int32), MOST), np.zeros(names * MOST, np.float32))
    found.near[source * MOST + rank] = near[order]
    found.share[source * MOST + rank] = close / np.bincount(source, weights=close)[source]
    return found


def _pair(session: Int64Array, code: Int64Array, names: int, apart: int) -> npt.NDArray[np.int64]:
    """Pack each two different clicks of one session that stand so far apart into a number, both ways round."""
    one, other = code[:-apart], code[apart:]
    kept = (session[apart:] == session[:-apart]) & (one != other)
    one, other = one[kept], other[kept]
    return np.concatenate([one * names + other, other * names + one])
