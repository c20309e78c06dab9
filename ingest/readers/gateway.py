"""The WAP gateway's log: eleven fields between tabs, the phone number in clear."""

import dataframely as dy
import msgspec
import polars as pl

from ingest.lines import Batch, Line
from ingest.mapping import Mapping
from ingest.readers.delimited import open_csv
from ingest.readers.pairing import Pair, pair_all

FIELDS = (
    "time_ms", "phone", "access_point", "point_address", "host", "site_type",
    "packets_up", "packets_down", "bytes_up", "bytes_down", "status",
)  # fmt: skip
LATEST_MS = 4_102_444_800_000
"""1 January 2100: a later time is no time."""
TAB = "\t"


def open_gateway(head: Batch, mapping: Mapping | None, where: str, zone: str | None = None) -> Pair:
    """Open a gateway's log: the eleven fields between tabs, or what a mapping says of another gateway's.

    Quotes are ordinary signs in it. Raises `BadInput` where the mapping does not fit.
    """
    if mapping is None:
        return pair_all(read_gateway)
    plain = msgspec.structs.replace(mapping, separator=mapping.separator or TAB, quotes=False)
    return open_csv(head, plain, where, zone)


def read_gateway(lines: dy.DataFrame[Line]) -> pl.DataFrame:
    """Read the operator's gateway log: time in ms, phone number, and what follows.

    The phone number is both visitor and customer. What stands before the first slash of the host field is the
    host, the rest the location; a bare host is its own location. Reasons: `not_gateway`, `bad_time`, `no_visitor`.
    """
    fields = pl.col("text").str.splitn(TAB, len(FIELDS) + 1).struct
    named = [fields.field(f"field_{place}").str.strip_chars().alias(name) for place, name in enumerate(FIELDS)]
    further = fields.field(f"field_{len(FIELDS)}").is_not_null().alias("too_many")
    return _understand(lines.select("line", "text", *named, further))


def _understand(fields: pl.DataFrame) -> pl.DataFrame:
    path = pl.col("host").str.splitn("/", 2).struct.field("field_1")
    time_ms = pl.col("time_ms").cast(pl.Int64, strict=False)
    return fields.with_columns(
        occurred_at=pl.when(time_ms.is_between(0, LATEST_MS)).then(time_ms).cast(pl.Datetime("ms", "UTC")),
        visitor=pl.col("phone").replace("", None),
        customer=pl.col("phone").replace("", None),
        location=pl.when(path.is_not_null()).then("/" + path).otherwise(pl.col("host").replace("", None)),
        status=pl.col("status").cast(pl.Int64, strict=False),
    ).with_columns(reason=_judge())


def _judge() -> pl.Expr:
    return (
        pl.when(pl.col("status").is_null() | pl.col("too_many"))
        .then(pl.lit("not_gateway"))
        .when(pl.col("occurred_at").is_null())
        .then(pl.lit("bad_time"))
        .when(pl.col("visitor").is_null())
        .then(pl.lit("no_visitor"))
    )
