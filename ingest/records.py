"""Records: what a line says in its log's own words, before site map, robots and pseudonyms."""

from typing import NamedTuple

import dataframely as dy
import polars as pl

from ingest.lines import Rejected


class Record(dy.Schema):
    """One line understood. It may hold raw phone numbers, so it never leaves memory."""

    line = dy.Int64(nullable=False, min=1, description="Line in the source, from 1")
    occurred_at = dy.Datetime(nullable=False, time_unit="us", time_zone="UTC", description="When it happened")
    received_at = dy.Datetime(nullable=True, time_unit="us", time_zone="UTC", description="When it was received")
    device_at = dy.Datetime(nullable=True, time_unit="us", time_zone="UTC", description="By the device's own clock")
    event_id = dy.String(nullable=True, description="The tracker's own id")
    channel = dy.String(nullable=True, description="Channel, where the log tells it")
    visitor = dy.String(nullable=True, description="Device, cookie, or address and agent: raw")
    customer = dy.String(nullable=True, description="Phone number or login: raw")
    name = dy.String(nullable=True, description="GA4 event name, where the log tells it")
    location = dy.String(nullable=True, description="URL path with query, or screen, for the site map")
    page = dy.String(nullable=True, description="Page, where the log names it itself")
    item_id = dy.String(nullable=True, description="Product")
    category = dy.String(nullable=True, description="Category of the product")
    price = dy.Float64(nullable=True, description="Price of one piece")
    quantity = dy.Int64(nullable=True, description="Pieces")
    order_id = dy.String(nullable=True, description="Order")
    slot = dy.String(nullable=True, description="Place on the page")
    position = dy.Int64(nullable=True, description="Rank within the slot")
    recommendation_id = dy.String(nullable=True, description="Recommendation answer it follows from")
    propensity = dy.Float64(nullable=True, description="Chance with which the item was put in its place")
    referrer = dy.String(nullable=True, description="URL the visitor came from")
    campaign = dy.String(nullable=True, description="Campaign")
    device = dy.String(nullable=True, description="Kind of device")
    region = dy.String(nullable=True, description="Region")
    address = dy.String(nullable=True, description="Network address that the request came from: raw")
    user_agent = dy.String(nullable=True, description="User agent; empty where the log has a place for it but no value")
    extra = dy.String(nullable=True, description="JSON of columns that nobody mapped")
    source = dy.String(nullable=True, description="Where the line comes from, where that is not the file itself")
    place = dy.Int64(nullable=True, min=1, description="Its place in that source, from 1")
    part = dy.Int64(nullable=True, min=1, description="Which of the line's several events it is, from 1")
    method = dy.String(nullable=True, description="HTTP method")
    status = dy.Int64(nullable=True, description="HTTP status")


class Parsed(NamedTuple):
    """A batch of lines, read: each line is either a record or rejected."""

    records: dy.DataFrame[Record]
    rejected: dy.DataFrame[Rejected]


def part_records(read: pl.DataFrame) -> Parsed:
    """Part lines that a reader understood (`reason` is null) from those it did not.

    `read` has `line`, `text`, `reason` and any of the record's columns; columns it lacks are null. A line may stand
    there several times, for several events of it (`part`), or not at all: then it is ignored.
    """
    read = read.rename(_RAW_NAMES, strict=False)
    missing = [pl.lit(None, dtype).alias(name) for name, dtype in _RECORD_TYPES.items() if name not in read.columns]
    return Parsed(
        records=Record.cast(read.filter(pl.col("reason").is_null()).with_columns(missing)),
        rejected=Rejected.cast(read.filter(pl.col("reason").is_not_null()).rename({"text": "raw"})),
    )


_RAW_NAMES = {"visitor_id": "visitor", "customer_id": "customer"}
_RECORD_TYPES = {name: column.dtype for name, column in Record.columns().items()}
