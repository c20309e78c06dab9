"""Quarantine: lines that could not become events, kept with the reason."""

import dataframely as dy
import polars as pl

from ingest.identity import redact_phones, redact_secrets
from ingest.lines import Rejected
from ingest.sources import Source

LONGEST_RAW = 2048


class Quarantine(dy.Schema):
    """One line that could not become an event."""

    quarantine_id = dy.String(primary_key=True, description="Fingerprint of the source and line")
    source = dy.String(nullable=False, description="The file, or the collector's batch")
    line = dy.Int64(nullable=False, min=1, description="Line in the source, from 1")
    format = dy.String(nullable=False, description="The format it was read as")
    reason = dy.String(nullable=False, description="Why, as one of the documented codes")
    raw = dy.String(nullable=False, description="Its first 2,048 characters, phone numbers and secrets redacted")


REASONS = {
    "not_utf8": "The bytes are not UTF-8 text.",
    "line_too_long": "The line is longer than 64 KiB.",
    "nul_byte": "The line holds a NUL byte, as no text log does.",
    "not_combined": "The line has not the shape of a combined access log.",
    "not_common": "The line has not the shape of a common access log.",
    "not_gateway": "The line has not the gateway log's eleven fields, or its status is no number.",
    "bad_request": "The request line is not HTTP: a port scan, or a TLS handshake on a plain port.",
    "bad_json": "The line is not one JSON object; often it was cut.",
    "not_a_value": "A mapped column holds an object or a list where a value is due.",
    "field_count": "The row has more or fewer fields than there are columns.",
    "bad_quotes": "The row's quotes do not close.",
    "bad_time": "The time does not read, or lies before 1970 or after 2100.",
    "bad_number": "A price, quantity or position does not read as a number.",
    "unknown_name": "The event's name is neither one of GA4's nor in the mapping's [names].",
    "missing_field": "A field that every row needs is empty.",
    "no_visitor": "Neither visitor nor customer is known.",
    "no_channel": "The row names no channel of web, wap and app, and none was given.",
    "bad_value": "A price or quantity is negative, or a position is not positive.",
}
"""Every reason, in words."""


def quarantine_lines(rejected: dy.DataFrame[Rejected], source: Source) -> dy.DataFrame[Quarantine]:
    """Make quarantine rows of rejected lines; the ids are the same whenever the same source is read."""
    return Quarantine.cast(
        rejected.with_columns(
            quarantine_id=pl.format("{}:{}", pl.lit(source.fingerprint), pl.col("line")),
            source=pl.lit(source.name),
            format=pl.lit(source.format),
            raw=redact_secrets(redact_phones(pl.col("raw").str.slice(0, LONGEST_RAW))),
        )
    )
