"""The order of a visitor's events: by one sort of packed integers, and the few ties after it."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

ORDER = ("occurred_at", "device_at", "line", "event_id")
"""What puts a visitor's events in order, one after another; an unknown time of the device comes first.

Of one moment by the corrected clock the device's own clock tells more; of one moment by both, the line or index under
which the source wrote it. The id makes the order total, so that neither the order of the rows nor their chunks matter.
"""


def order_events(events: pl.DataFrame) -> pl.DataFrame:
    """Sort events by visitor and `ORDER`."""
    rank = _rank(events["visitor_id"].cast(pl.Categorical))
    moments = events["occurred_at"].dt.timestamp("us").to_numpy()
    since = moments - moments.min() if len(moments) else moments
    bits = int(since.max(initial=0)).bit_length()
    if int(rank.max(initial=0)).bit_length() + bits > 63:
        return events.sort("visitor_id", *ORDER)
    key = pl.Series((rank << bits) | since)
    order = key.arg_sort().to_numpy()
    return events[_break_ties(order, key.gather(order).to_numpy(), events)]


def _rank(visitors: pl.Series) -> NDArray[np.int64]:
    """Number visitors in the order of their ids, whatever the order of the rows."""
    codes = visitors.to_physical().to_numpy().astype(np.int64)
    distinct = visitors.unique()
    by_id = distinct.gather(distinct.cast(pl.String).arg_sort()).to_physical().to_numpy()
    ranks = np.zeros(int(codes.max(initial=0)) + 1, np.int64)
    ranks[by_id] = np.arange(len(by_id))
    return np.take(ranks, codes)


def _break_ties(order: NDArray[np.uint32], keys: NDArray[np.int64], events: pl.DataFrame) -> NDArray[np.uint32]:
    """Order the rows of equal keys by what follows the time, touching no other row."""
    same = keys[1:] == keys[:-1]
    tied = np.flatnonzero(np.append(same, False) | np.insert(same, 0, False)) if len(keys) else np.array([], np.int64)
    rows = order[tied]
    group = events.select(pl.col(ORDER[1:]).gather(rows)).with_columns(key=keys[tied], row=rows)
    order = order.copy()
    order[tied] = group.sort("key", *ORDER[1:], "row")["row"].to_numpy()
    return order
