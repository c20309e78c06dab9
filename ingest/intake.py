"""Intake: one batch of lines on its way to events."""

from collections.abc import Callable
from typing import NamedTuple

import dataframely as dy
import polars as pl
import xxhash

from ingest.events import CHANNELS, STAGE_OF_EVENT, Event
from ingest.identity import Pseudonym, pseudonymize, redact
from ingest.lines import Batch, Line, Rejected
from ingest.pages import SiteMap, name_pages
from ingest.quarantine import Quarantine, quarantine_lines
from ingest.records import Record, part_records
from ingest.robots import flag_robots

Reader = Callable[[dy.DataFrame[Line]], pl.DataFrame]
"""Reads lines into the fields it understands, with `reason` where it does not."""

FREE_TEXT = ("referrer", "campaign", "slot", "category", "region", "device", "recommendation_id", "item_id", "order_id")


class Source(NamedTuple):
    """Where a batch comes from."""

    name: str
    fingerprint: str
    """Keyed hash of its first line: a renamed or packed copy has the same, another log has not."""
    format: str
    channel: str | None


class Taken(NamedTuple):
    """What became of a batch: lines = events + quarantined + ignored (duplicates are found later)."""

    events: dy.DataFrame[Event]
    quarantined: dy.DataFrame[Quarantine]
    ignored: int
    lines: int


def take_batch(batch: Batch, read: Reader, source: Source, site_map: SiteMap, pseudonym: Pseudonym) -> Taken:
    """Turn a batch of lines into events and quarantine rows; no raw phone number is left in either."""
    parsed = part_records(read(batch.lines))
    records = parsed.records.with_columns(channel=pl.coalesce("channel", pl.lit(source.channel, pl.String)))
    judged = records.with_columns(reason=_judge())
    paged = name_pages(_redact(judged.filter(pl.col("reason").is_null())), site_map)
    shown = paged.filter(pl.col("ignored").is_null())
    events = _finish(pseudonymize(flag_robots(shown), pseudonym), source)
    refused = judged.filter(pl.col("reason").is_not_null()).join(batch.lines, on="line", how="left")
    rejected = pl.concat([batch.rejected, parsed.rejected, Rejected.cast(refused.rename({"text": "raw"}))])
    return Taken(
        events=events,
        quarantined=Quarantine.cast(quarantine_lines(Rejected.cast(rejected), source.name, source.fingerprint, source.format)),
        ignored=batch.blank + len(paged) - len(shown),
        lines=batch.count,
    )


def _judge() -> pl.Expr:
    """Say why an understood record is still no event, or null."""
    return (
        pl.when(~pl.col("channel").is_in(CHANNELS).fill_null(False))
        .then(pl.lit("no_channel"))
        .when(pl.coalesce("visitor", "customer").is_null())
        .then(pl.lit("no_visitor"))
        .when((pl.col("price") < 0) | (pl.col("quantity") < 0) | (pl.col("position") < 1))
        .then(pl.lit("bad_value"))
    )


def _redact(records: dy.DataFrame[Record]) -> pl.DataFrame:
    """Hide phone numbers in every text that is kept, and drop the query of the referrer."""
    without_query = pl.col("referrer").str.splitn("?", 2).struct.field("field_0").alias("referrer")
    return records.with_columns(without_query).with_columns(
        redact(pl.col(column)) for column in ("location", "page", *FREE_TEXT) if records[column].null_count() < len(records)
    )


def _finish(records: pl.DataFrame, source: Source) -> dy.DataFrame[Event]:
    staged = records.with_columns(
        stage=pl.coalesce("stage", pl.col("name").replace_strict(STAGE_OF_EVENT, default=None, return_dtype=pl.String)),
        source=pl.lit(source.name),
    )
    return Event.cast(staged.with_columns(event_id=pl.coalesce("event_id", _make_ids(staged, source.fingerprint))))


def _make_ids(records: pl.DataFrame, fingerprint: str) -> pl.Series:
    """Make ids from what is kept of a line and where it stands, so that a second reading makes the same ones."""
    content = records.select(
        pl.concat_str(
            pl.lit(fingerprint), "line", pl.col("occurred_at").dt.timestamp("us"), "visitor_id", "name", "page", "item_id",
            separator="\x1f", ignore_nulls=True,
        ).cast(pl.Binary)
    ).to_series()  # fmt: skip
    return pl.Series(map(xxhash.xxh3_128_hexdigest, content.to_list()), dtype=pl.String)
