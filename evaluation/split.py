"""Split: what is known before a moment, and what came after it."""

from datetime import datetime
from typing import Generic, NamedTuple, TypeVar

import dataframely as dy
import polars as pl

from ingest import Order, Sessioned

Frame = TypeVar("Frame", dy.LazyFrame[Sessioned], dy.DataFrame[Order])


class SplitError(ValueError):
    """There are too few sessions to learn from some and be judged by others."""


class Split(NamedTuple, Generic[Frame]):
    """The two parts of a table, in its order: to learn from, and to be judged by."""

    train: Frame
    test: Frame


def choose_split(sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned], share: float = 0.2) -> datetime:
    """Choose the moment at which the last `share` of the people's sessions begins.

    It is a session's begin, and later than the first, so that both parts hold sessions. Sessions that begin together
    stay together, so that the part after it may be larger than asked. Raises SplitError if all begin at once, and
    ValueError unless 0 < share < 1.
    """
    if not 0 < share < 1:
        raise ValueError(f"The share of sessions to be judged by is {share}: give a number between 0 and 1, as 0.2.")
    begins = _find_begins(sessioned.lazy().filter(pl.col("robot").is_null())).collect()["begun_at"].sort()
    moments = begins.unique().sort()
    if len(moments) < 2:
        raise SplitError(
            f"{len(begins)} sessions of people, and none that begins after another: no model can be judged by sessions "
            "it has not learnt from. Ingest logs of some days or more, then evaluate again."
        )
    wanted = begins[min(int(len(begins) * (1 - share)), len(begins) - 1)]
    moment: datetime = max(wanted, moments[1])
    return moment


def split_sessions(
    sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned], moment: datetime
) -> Split[dy.LazyFrame[Sessioned]]:
    """Split events into the sessions that begin before the moment, and those that begin at or after it.

    A session is never cut in two: one that begins before the moment belongs to `train` with all its events. Memory
    holds the ids of the later sessions; the events are read when the parts are.
    """
    rows = sessioned.lazy()
    late = _find_begins(rows).filter(pl.col("begun_at") >= moment).select("session_id").collect().lazy()
    train, test = (rows.join(late, on="session_id", how=how, maintain_order="left") for how in ("anti", "semi"))
    return Split(Sessioned.cast(train), Sessioned.cast(test))


def split_orders(orders: dy.LazyFrame[Order] | dy.DataFrame[Order], moment: datetime) -> Split[dy.DataFrame[Order]]:
    """Split order lines into those before the moment, and those at or after it.

    Lines of one order that bear different times go where its first line goes.
    """
    rows = orders.lazy().collect()
    ordered_at = pl.col("ordered_at")
    first = pl.when(pl.col("order_id").is_null()).then(ordered_at).otherwise(ordered_at.min().over("order_id"))
    test = rows.select(first >= moment).to_series()
    return Split(Order.cast(rows.filter(~test)), Order.cast(rows.filter(test)))


def _find_begins(sessioned: pl.LazyFrame) -> pl.LazyFrame:
    return sessioned.group_by("session_id").agg(begun_at=pl.col("occurred_at").min())
