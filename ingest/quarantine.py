"""Quarantine: lines that could not become events, kept with the reason."""

import re

import dataframely as dy
import polars as pl
import xxhash

from ingest.identity import Pseudonym, redact_secrets
from ingest.lines import ENCODINGS, Batch, Line, Rejected
from ingest.sources import Source
from ingest.tokens import tokenize_phones

TOO_LONG = "line_too_long"
SHOWN_OF_LONG = 2048
"""Bytes kept of a line that is too long: it will never be read again."""
MARKED_BYTES = 1024
TOKEN = re.compile(rb"<id:[0-9a-f]{32}>")


class Quarantine(dy.Schema):
    """One line that could not become an event."""

    quarantine_id = dy.String(
        primary_key=True, description="Fingerprint of the source, the line's number, and its content"
    )
    source = dy.String(nullable=False, description="The file, or the collector's batch")
    line = dy.Int64(nullable=False, min=1, description="Line in the source, from 1")
    format = dy.String(nullable=False, description="The format it was read as")
    channel = dy.String(nullable=True, description="The channel of lines that do not tell their own")
    reason = dy.String(nullable=False, description="Why, as one of the documented codes")
    raw = dy.Binary(
        nullable=False,
        description="The line, tokens for phone numbers, <secret> for secrets; UTF-8, or as it came where undecodable",
    )
    recipe = dy.String(nullable=False, description="How it was read, as JSON; empty where the source has none")


REASONS = {
    "not_utf8": "The bytes are not UTF-8 text.",
    "not_gbk": "The bytes are not text in GBK (GB 18030).",
    "not_big5": "The bytes are not text in Big5.",
    "line_too_long": "The line is longer than 64 KiB.",
    "nul_byte": "The line holds a NUL byte, as no text log does.",
    "not_combined": "The line has not the shape of a combined access log.",
    "not_common": "The line has not the shape of a common access log.",
    "not_vhost_combined": "The line has not the shape of a combined access log with the host before it.",
    "not_traefik": "The line has not the shape of Traefik's common access log.",
    "not_alb": "The line has not the shape of an AWS application load balancer's log.",
    "not_elb": "The line has not the shape of an AWS classic load balancer's log.",
    "not_log_format": "The line has not the shape of the log_format that was passed.",
    "not_nginx_json": "The document tells no status, or nobody who asks.",
    "not_caddy": "The document is no line of Caddy's access log, or it repeats one in the error log.",
    "not_traefik_json": "The document is no line of Traefik's access log.",
    "not_w3c": "The line tells no status, or nobody who asks.",
    "not_gateway": "The line has not the gateway log's eleven fields, or its status is no number.",
    "bad_request": "The request line is not HTTP: a port scan, or a TLS handshake on a plain port.",
    "bad_json": "The line is not one JSON object; often it was cut.",
    "not_a_value": "A mapped column holds an object or a list where a value is due.",
    "field_count": "The row has more or fewer fields than there are columns.",
    "bad_quotes": "The row's quotes do not close.",
    "bad_time": "The time does not read, or lies before 1970 or after 2100.",
    "bad_number": "A price, quantity, position or propensity does not read as a number.",
    "not_spool": "The line is none of the collector's.",
    "not_an_event": "A tracker sent something that is no event of its kind.",
    "event_too_long": "A tracker's event does not fit into a line of 64 KiB.",
    "unknown_name": "The event's name is neither one of GA4's nor in the mapping's [names] or [trackers.names].",
    "missing_field": "A field that every row needs is empty.",
    "no_visitor": "Neither visitor nor customer is known.",
    "no_channel": "The row names no channel of web, wap and app, and none was given.",
    "bad_value": "A price or quantity is negative, a position not positive, or a propensity no share above 0.",
}
"""Every reason, in words."""


def quarantine_lines(
    rejected: dy.DataFrame[Rejected], source: Source, pseudonym: Pseudonym
) -> dy.DataFrame[Quarantine]:
    """Make quarantine rows of rejected lines; the ids are the same whenever the same source is read.

    A line is kept whole, so that it can be read again, but for one that is too long.
    """
    hidden = rejected.with_columns(raw=hide_people(rejected["raw"], pseudonym))
    is_long = pl.col("reason") == TOO_LONG
    return Quarantine.cast(
        hidden.with_columns(
            quarantine_id=pl.format("{}:{}:{}", pl.lit(source.fingerprint), pl.col("line"), _mark_lines(hidden["raw"])),
            source=pl.lit(source.name),
            format=pl.lit(source.format),
            channel=pl.lit(source.channel, pl.String),
            recipe=pl.lit(source.recipe),
            raw=pl.when(is_long).then(pl.col("raw").bin.head(SHOWN_OF_LONG)).otherwise("raw"),
        )
    )


def hide_people(raw: pl.Series, pseudonym: Pseudonym) -> pl.Series:
    """Put tokens for phone numbers and <secret> for secrets in lines of bytes, whatever their encoding.

    The encodings that are read here write digits and the signs around them as ASCII does: bytes that are not UTF-8
    are looked at as if each were a sign of its own.
    """
    codecs = [_find_codec(line) for line in raw]
    text = pl.Series([str(line, codec) for line, codec in zip(raw, codecs, strict=True)], dtype=pl.String)
    whole = pl.DataFrame({"text": text}).select(redact_secrets(pl.col("text"))).to_series()
    hidden = tokenize_phones(whole, pseudonym)
    return pl.Series([line.encode(codec) for line, codec in zip(hidden, codecs, strict=True)], dtype=pl.Binary)


def _mark_lines(raw: pl.Series) -> pl.Series:
    """Hash what lines say: two logs may begin alike, and both be broken at one number. Keys leave no trace in it."""
    marks = (xxhash.xxh3_64_hexdigest(TOKEN.sub(b"<id>", line)[:MARKED_BYTES]) for line in raw)
    return pl.Series(marks, dtype=pl.String)


def _find_codec(line: bytes) -> str:
    try:
        line.decode()
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8"


def reread_lines(quarantined: dy.DataFrame[Quarantine], encoding: str) -> Batch:
    """Turn quarantined lines of one source into a batch that can be read again.

    A line that could not be decoded is tried in the given encoding, one of `ENCODINGS`; the others are text already.
    """
    coded = ENCODINGS[encoding]
    undecodable = quarantined["reason"].is_in([known.reason for known in ENCODINGS.values()])
    codecs = pl.select(pl.when(undecodable).then(pl.lit(coded.codec)).otherwise(pl.lit("utf-8"))).to_series()
    text = [_decode(line, codec) for line, codec in zip(quarantined["raw"], codecs, strict=True)]
    read = quarantined.select("line", "raw", text=pl.Series(text, dtype=pl.String)).with_columns(
        reason=pl.when(pl.col("text").is_null())
        .then(pl.lit(coded.reason))
        .when(pl.col("text").str.contains("\0", literal=True))
        .then(pl.lit("nul_byte"))
    )
    return Batch(
        lines=Line.cast(read.filter(pl.col("reason").is_null())),
        rejected=Rejected.cast(read.filter(pl.col("reason").is_not_null())),
        blank=0,
    )


def show_lines(raw: pl.Series) -> pl.Series:
    """Write lines so that people can read them, and no terminal obeys them: other bytes and control signs escaped."""
    return pl.Series(
        raw.name, [line.decode(errors="backslashreplace").translate(_CONTROLS) for line in raw], dtype=pl.String
    )


_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))}


def _decode(line: bytes, codec: str) -> str | None:
    try:
        return line.decode(codec)
    except UnicodeDecodeError:
        return None
