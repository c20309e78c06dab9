"""Tally: how many clicks, sessions and seconds stand behind each distinct key."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from paths.rows.numbering import Ints, mark_runs
from paths.rows.order import sort_rows

Floats = npt.NDArray[np.float64]


class Tally(NamedTuple):
    """What stands behind each key, one element a key."""

    key: Ints
    """Each distinct key, ascending."""
    clicks: Ints
    sessions: Ints
    median_seconds: Floats
    p95_seconds: Floats


def tally_clicks(key: Ints, session: Ints, gap: Ints) -> Tally:
    """Count the clicks of each key, the sessions with one, and the seconds that they took; gaps in microseconds.

    Percentiles lie on the line between the two nearest clicks (Hyndman and Fan, 1996, type 7).

    >>> told = tally_clicks(np.array([7, 3, 7]), np.array([0, 0, 0]), np.array([1_000_000, 0, 4_000_000]))
    >>> told.key.tolist(), told.clicks.tolist(), told.sessions.tolist(), told.median_seconds.tolist()
    ([3, 7], [1, 2], [1, 1], [0.0, 2.5])
    """
    _, sessions = count_sessions(key, session)
    key, gap = sort_rows([key, gap])
    firsts = np.flatnonzero(mark_runs(key))
    clicks = np.diff(firsts, append=key.size)
    median, p95 = (_find_percentile(gap, firsts, clicks, percent) / 1_000_000 for percent in (50, 95))
    return Tally(key[firsts], clicks, sessions, median, p95)


def count_sessions(key: Ints, session: Ints) -> tuple[Ints, Ints]:
    """Find the distinct keys, ascending, and count the sessions of each."""
    key, session = sort_rows([key, session])
    news = mark_runs(key)
    firsts = np.flatnonzero(news)
    pairs = news | mark_runs(session)
    return key[firsts], np.diff(np.cumsum(pairs)[firsts], append=pairs.sum() + 1)


def _find_percentile(values: Ints, firsts: Ints, counts: Ints, percent: int) -> Floats:
    """Find a percentile of each group of sorted values."""
    place, part = np.divmod((counts - 1) * percent, 100)
    below = values[firsts + place]
    above = values[firsts + np.minimum(place + 1, counts - 1)]
    percentile: Floats = below + (above - below) * part / 100
    return percentile
