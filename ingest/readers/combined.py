"""The access log of Apache and nginx, common and combined: what the web hall writes."""

import dataframely as dy
import polars as pl

from ingest.lines import Line

ESCAPED = (
    r'^(?<head>\S+ \S+ .*? ?\[[^\]]*\] )"(?<request>(?:[^"\\]|\\.)*)"(?<numbers> \d+ \S+) '
    r'"(?<referrer>(?:[^"\\]|\\.)*)" "(?<agent>(?:[^"\\]|\\.)*)"'
)

UNDERSTOOD = (
    "line", "text", "occurred_at", "visitor", "customer", "address", "method", "status", "location", "referrer", "user_agent",
    "reason",
)  # fmt: skip


def read_combined(lines: dy.DataFrame[Line]) -> pl.DataFrame:
    r"""Read `host ident user [time] "request" status bytes "referrer" "agent"`, whatever follows it.

    The line is split on its quotes, which is several times faster than a regular expression; lines with quotes
    escaped inside a field (`\"`, as Apache writes them) are read by one.
    Reasons: `not_combined`, `bad_time`, `bad_request`.
    """
    escaped = pl.col("text").str.contains(r"\"", literal=True)
    return _understand(pl.concat([_split(lines.filter(~escaped)), _match(lines.filter(escaped))]), "not_combined")


def read_common(lines: dy.DataFrame[Line]) -> pl.DataFrame:
    """Read `host ident user [time] "request" status bytes`. Reasons: `not_common`, `bad_time`, `bad_request`."""
    pieces = pl.col("text").str.splitn('"', 3).struct
    split = lines.select(
        "line", "text",
        head=pieces.field("field_0"), request=pieces.field("field_1"), numbers=pieces.field("field_2"),
        referrer=pl.lit(None, pl.String), agent=pl.lit(None, pl.String),
        whole=pieces.field("field_2").is_not_null(),
    )  # fmt: skip
    return _understand(split, "not_common")


def _split(lines: pl.DataFrame) -> pl.DataFrame:
    piece = [pl.col("piece").struct.field(f"field_{place}") for place in range(7)]
    return lines.with_columns(piece=pl.col("text").str.splitn('"', 8)).select(
        "line", "text",
        head=piece[0], request=piece[1], numbers=piece[2], referrer=piece[3], agent=piece[5],
        whole=piece[6].is_not_null(),
    )  # fmt: skip


def _match(lines: pl.DataFrame) -> pl.DataFrame:
    groups = pl.col("text").str.extract_groups(ESCAPED)
    return lines.select("line", "text", groups.alias("groups")).unnest("groups").with_columns(
        whole=pl.col("head").is_not_null()
    )  # fmt: skip


def _understand(pieces: pl.DataFrame, shape: str) -> pl.DataFrame:
    who_when = pl.col("head").str.splitn(" [", 2).struct
    request = pl.col("request").str.splitn(" ", 3).struct
    return (
        pieces.lazy()
        .with_columns(who=who_when.field("field_0").str.splitn(" ", 3), clock=who_when.field("field_1"))
        .with_columns(
            address=pl.col("who").struct.field("field_0"),
            customer=pl.col("who").struct.field("field_2").replace("-", None),
            occurred_at=_read_clock(pl.col("clock")),
            status=pl.col("numbers").str.slice(1, 3).cast(pl.Int64, strict=False),
            method=request.field("field_0"),
            location=request.field("field_1"),
            protocol=request.field("field_2"),
            referrer=pl.col("referrer").replace("-", None),
            user_agent=pl.col("agent").replace("-", ""),
        )
        .with_columns(
            visitor=pl.concat_str("address", "user_agent", separator=" ", ignore_nulls=True),
            reason=_judge(shape),
        )
        .select(UNDERSTOOD)
        .collect()
    )  # fmt: skip


def _read_clock(clock: pl.Expr) -> pl.Expr:
    """Read `02/Mar/2026:08:00:01 +0800] ` as a moment: the local time less its offset."""
    local = clock.str.slice(0, 20).str.to_datetime("%d/%b/%Y:%H:%M:%S", time_unit="us", strict=False)
    offset = clock.str.slice(21, 5).cast(pl.Int32, strict=False)
    minutes = offset.sign() * (offset.abs() // 100 * 60 + offset.abs() % 100)
    return (local - pl.duration(minutes=minutes)).dt.replace_time_zone("UTC")


def _judge(shape: str) -> pl.Expr:
    return (
        pl.when(~pl.col("whole") | pl.col("status").is_null() | pl.col("clock").is_null())
        .then(pl.lit(shape))
        .when(pl.col("occurred_at").is_null())
        .then(pl.lit("bad_time"))
        .when(~pl.col("protocol").str.starts_with("HTTP/").fill_null(False))
        .then(pl.lit("bad_request"))
    )
