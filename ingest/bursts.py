"""Bursts: a visitor's events without a gap longer than the pause. Sessions are cut within bursts, never across them."""

from typing import NamedTuple

import polars as pl

SPAN = ("visitor_id", "starts", "ends")


class Touched(NamedTuple):
    """What must be cut anew because events came or went."""

    spans: pl.DataFrame
    """`visitor_id`, `starts`, `ends` in µs since 1970: time that holds bursts to be cut anew, whole, and no others."""
    sessions: pl.DataFrame
    """`session_id`, `starts`, `ends`: stored sessions of those bursts, which give way."""
    seen: pl.Series
    """Visitors of those bursts who have an earlier one that stays as it is."""
    events: int
    """Events in those spans, at most."""


def find_touched(sessions: pl.DataFrame, points: pl.DataFrame, pause_us: int) -> Touched:
    """Find the bursts that events touch which came or went after the sessions were cut.

    `sessions` are those stored of the events' visitors: `session_id`, `visitor_id`, `starts`, `ends` (µs) and
    `events`; `points` are the events: `visitor_id`, `at` (µs) and whether they are `gone`. A burst that was a visitor's
    first and is no longer is touched too, for its reason changes, and so is every burst of a visitor of whom events
    went: any of them may now be the first.
    """
    laid = _lay(sessions, points, pause_us)
    bursts = laid.group_by("burst", maintain_order=True).agg(
        pl.col("visitor_id").first(),
        pl.col("starts").min(),
        pl.col("ends").max(),
        fresh=pl.col("session_id").is_null().any(),
        was_first=pl.col("was_first").any(),
    )
    is_first = pl.col("visitor_id").is_first_distinct()
    bursts = bursts.with_columns(is_first=is_first).with_columns(
        touched=pl.col("fresh")
        | (pl.col("was_first") & ~pl.col("is_first"))
        | pl.col("visitor_id").is_in(points.filter("gone")["visitor_id"].unique().implode()),
    )
    given = laid.filter(pl.col("session_id").is_not_null()).join(bursts.filter("touched"), on="burst", how="semi")
    return Touched(
        _join_neighbours(bursts),
        given.select("session_id", "starts", "ends"),
        bursts.filter(pl.col("is_first") & ~pl.col("touched"))["visitor_id"],
        int(given["events"].sum()) + len(points),
    )


def _join_neighbours(bursts: pl.DataFrame) -> pl.DataFrame:
    """Make one span of touched bursts of a visitor that have none between them that stays."""
    run = pl.struct("visitor_id", "touched").rle_id()
    touched = bursts.with_columns(run=run).filter("touched")
    spans = touched.group_by("run", maintain_order=True).agg(
        pl.col("visitor_id").first(), pl.col("starts").min(), pl.col("ends").max()
    )
    return spans.select(SPAN)


def split_open(events: pl.DataFrame, pause_us: int, until: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Split events into bursts that are over and bursts that an event at `until` (µs) or later might go on with."""
    at = pl.col("occurred_at").dt.timestamp("us")
    late = events.lazy().filter(at >= until - pause_us).select("visitor_id").unique()
    times = events.lazy().select("visitor_id", at=at).join(late, on="visitor_id", how="semi").sort("visitor_id", "at")
    starts = times.filter(_begins(pl.col("at"), pl.col("at").shift(), pause_us))
    last = starts.group_by("visitor_id").agg(starts=pl.col("at").max()).collect()
    goes_on = events.select("visitor_id", at=at).join(last, on="visitor_id", how="left", maintain_order="left")
    is_open = goes_on.select((pl.col("at") >= pl.col("starts")).fill_null(False)).to_series()
    return events.filter(~is_open), events.filter(is_open)


def _lay(sessions: pl.DataFrame, points: pl.DataFrame, pause_us: int) -> pl.DataFrame:
    """Lay stored sessions and new events of each visitor along time, and number the bursts that they make."""
    stored = sessions.sort("visitor_id", "starts", "ends", "session_id").with_columns(
        was_first=pl.col("visitor_id").is_first_distinct()
    )
    new = points.select("visitor_id", starts="at", ends="at").unique()
    laid = pl.concat([stored, new], how="diagonal").sort("visitor_id", "starts", "ends", "session_id")
    reach = laid.with_columns(reach=pl.col("ends").cum_max().over("visitor_id"))
    return reach.with_columns(burst=_begins(pl.col("starts"), pl.col("reach").shift(), pause_us).cum_sum())


def _begins(start: pl.Expr, before: pl.Expr, pause_us: int) -> pl.Expr:
    """Tell which rows, in the order of visitor and time, begin a burst."""
    return (start - before > pause_us).fill_null(True) | pl.col("visitor_id").ne_missing(pl.col("visitor_id").shift())
