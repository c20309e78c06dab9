"""Re-opening: which sessions must be cut anew because events came late, or went."""

from collections.abc import Iterator
from math import ceil

import polars as pl

from echannel.sessions.recut import BELIEVED
from ingest import Event, Session, Touched, find_touched
from lake import News, scan_pieces

SAME = ("event_id", "visitor_id", "customer_id", "occurred_at", "received_at")
"""Rows that agree in these are one and the same, though a file was written anew around them."""


def find_reopened(news: News, sessions: list[str], pause_us: int, most: int) -> Touched:
    """Find what the news touch of the sessions stored in some files.

    Memory holds about `most` events at a time and the sessions of their visitors, and what is touched.
    """
    parts = list(_find_parts(news, sessions, pause_us, most))
    return Touched(
        pl.concat([part.spans for part in parts]),
        pl.concat([part.sessions for part in parts]),
        pl.concat([part.seen for part in parts]),
        sum(part.events for part in parts),
    )


def _find_parts(news: News, sessions: list[str], pause_us: int, most: int) -> Iterator[Touched]:
    """Take visitors a part after the other: what is touched of one does not hang on any other."""
    rows = scan_pieces([*news.came, *news.went], Event).select(pl.len()).collect().item()
    parts = max(1, ceil(rows / most))
    for part in range(parts):
        theirs = pl.col("visitor_id").hash() % parts == part
        points = _find_points(news, theirs)
        yield find_touched(_read_sessions(sessions, theirs, points), points, pause_us)


def _find_points(news: News, theirs: pl.Expr) -> pl.DataFrame:
    """Find the events that came and those that went; one that did both, and did not change, did neither."""
    came, went = (scan_pieces(files, Event).filter(BELIEVED & theirs).select(SAME) for files in (news.came, news.went))
    points = [_tell(came, gone=False)]
    if news.went:
        points = [_tell(_without(came, went), gone=False), _tell(_without(went, came), gone=True)]
    return pl.concat(point.collect(engine="streaming") for point in points)


def _without(rows: pl.LazyFrame, others: pl.LazyFrame) -> pl.LazyFrame:
    return rows.join(others, on=SAME, how="anti", nulls_equal=True)


def _tell(rows: pl.LazyFrame, *, gone: bool) -> pl.LazyFrame:
    return rows.select("visitor_id", at=pl.col("occurred_at").dt.timestamp("us"), gone=pl.lit(gone))


def _read_sessions(files: list[str], theirs: pl.Expr, points: pl.DataFrame) -> pl.DataFrame:
    """Read the stored sessions of the visitors of some events."""
    sessions = scan_pieces(files, Session).filter(theirs).join(
        points.lazy().select("visitor_id").unique(), on="visitor_id", how="semi"
    )  # fmt: skip
    times = {"starts": "started_at", "ends": "ended_at"}
    return sessions.select(
        "session_id",
        "visitor_id",
        "events",
        **{name: pl.col(column).dt.timestamp("us") for name, column in times.items()},
    ).collect(engine="streaming")
