"""Erasures: who was erased stays erased when old logs are read again."""

from collections.abc import Sequence
from typing import NamedTuple

import dataframely as dy
import polars as pl

from ingest.identity import Pseudonym


class Erasure(dy.Schema):
    """One person or device that was erased, at one time."""

    mark = dy.String(primary_key=True, description="Their hash, sealed: only who has the key can tell whose it is")
    erased_at = dy.Datetime(
        primary_key=True, time_unit="us", time_zone="UTC", description="Up to when their events are not taken in"
    )
    of = dy.String(nullable=False, description="The mark of the person that was named; a device's is its customer's")


class Erased(NamedTuple):
    """Whose events are not taken in, and up to when."""

    hashes: list[str]
    until: list[object]

    def covers(self, people: Sequence[str], moment: str) -> pl.Expr:
        """Tell of a row whether it is of one of them, by any of the columns that name people, and of that time."""
        if not self.hashes:
            return pl.lit(False)
        kind = pl.Datetime("us", "UTC")
        ends = [
            pl.col(name).str.slice(1).replace_strict(self.hashes, self.until, default=None, return_dtype=kind)
            for name in people
        ]
        return (pl.col(moment) <= pl.max_horizontal(ends)).fill_null(False)

    def drop(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Drop the rows of those who were erased, but for what they did since: who comes back is somebody new."""
        people = [name for name in ("visitor_id", "customer_id", "person_id") if name in rows.columns]
        moment = "occurred_at" if "occurred_at" in rows.columns else "ordered_at"
        return rows.filter(~self.covers(people, moment)) if self.hashes and people else rows

    def drop_lines(self, quarantined: pl.DataFrame) -> pl.DataFrame:
        """Drop quarantined lines that mention them, whenever they were written: their times are not known."""
        if not self.hashes:
            return quarantined
        mentions = [pl.col("raw").bin.contains(token_of(known).encode()) for known in self.hashes]
        return quarantined.filter(~pl.any_horizontal(mentions))


def token_of(known: str) -> str:
    """Return the token of a hash."""
    return f"<id:{known}>"


def open_erasures(erasures: pl.DataFrame, pseudonym: Pseudonym) -> Erased:
    """Tell with the key whose marks these are."""
    latest = erasures.group_by("mark").agg(pl.col("erased_at").max()).sort("mark")
    return Erased([pseudonym("unseal", mark) for mark in latest["mark"]], latest["erased_at"].to_list())
