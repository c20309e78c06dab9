"""Intake: one batch of lines on its way to events, orders or products."""

import functools
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import dataframely as dy
import msgspec
import polars as pl
import xxhash

from ingest.agents import describe_agents
from ingest.distinct import Remembered, judge_distinct
from ingest.events import CHANNELS, STAGE_OF_EVENT, Event
from ingest.identity import Pseudonym, hide_phones, pseudonymize, redact
from ingest.lines import Batch, Rejected
from ingest.orders import Order
from ingest.pages import SiteMap, judge_requests, name_pages, read_locations
from ingest.products import Product
from ingest.quarantine import Quarantine, quarantine_lines
from ingest.readers.drift import Drift, find_drift
from ingest.records import Record, part_records
from ingest.robots import DEFAULT_ROBOTS, RobotSettings, find_scans, flag_robots, judge_agents
from ingest.sources import Reader, Source
from ingest.trackers import flag_future

FREE_TEXT = (
    "page", "item_id", "category", "order_id", "slot", "recommendation_id", "campaign",
    "device", "region", "extra",
)  # fmt: skip

ORDER_FIELDS = ("order_id", "customer_id", "visitor_id", "channel", "quantity", "price")


class Taken(NamedTuple):
    """What became of a batch: lines + further = rows + quarantined + ignored (duplicates are found later)."""

    rows: pl.DataFrame
    quarantined: dy.DataFrame[Quarantine]
    ignored: int
    lines: int
    further: int = 0
    """Rows beyond the first of their line: an order's other products."""
    drift: tuple[Drift, ...] = ()
    """Columns that were not as the mapping expects (`say_drift`)."""


def take_events(
    batch: Batch,
    read: Reader,
    source: Source,
    site_map: SiteMap,
    pseudonym: Pseudonym,
    robots: RobotSettings = DEFAULT_ROBOTS,
    now: datetime | None = None,
) -> Taken:
    """Turn a batch of lines into events and quarantine rows; no raw phone number is left in either.

    `now` is the time by which events of the future are known, where the source does not say when it received them.
    """
    told = read(batch.lines)
    parsed = part_records(told)
    records = parsed.records.with_columns(channel=pl.coalesce("channel", pl.lit(source.channel, pl.String)))
    judged = _judge_whole(records.with_columns(reason=_judge()))
    known = _look_at_locations(judged.filter(pl.col("reason").is_null()), site_map, robots)
    kept = _hide(_place(known.filter(judge_requests(known).is_null() | known["scan"]), source), pseudonym)
    named = name_pages(kept.with_columns(event_id=_identify(kept)))
    shown = flag_robots(_look_at_agents(named, robots), robots)
    rejected = [parsed.rejected, _reject(judged, batch)]
    left_out = len(batch.lines) - len(parsed.rejected) - _count_lines(records)
    ignored = left_out + _count_lines(known) - _count_lines(shown)
    quarantined = _put_aside(batch, source, pseudonym, rejected)
    taken = _sum_up(batch, _finish_events(flag_future(shown, now)), quarantined, ignored)
    return taken._replace(further=len(shown) - _count_lines(shown), drift=find_drift(told))


def take_orders(batch: Batch, read: Reader, source: Source, pseudonym: Pseudonym) -> Taken:
    """Turn a batch of lines into order lines (`Order`) and quarantine rows."""
    told = read(batch.lines)
    orders = _complete(told, *ORDER_FIELDS).with_columns(
        quantity=pl.col("quantity").cast(pl.Int64).fill_null(1),
        channel=pl.coalesce("channel", pl.lit(source.channel, pl.String)),
    )
    judged = orders.with_columns(reason=pl.coalesce("reason", _judge_sale()))
    named = judged.filter(pl.col("reason").is_null()).rename({"visitor_id": "visitor", "customer_id": "customer"})
    people = pseudonymize(named, pseudonym).with_columns(person_id=pl.coalesce("customer_id", "visitor_id"))
    rows = Order.cast(redact(people, ["order_id", "item_id"]))
    taken = _sum_up(batch, rows, _put_aside(batch, source, pseudonym, [_reject(judged, batch)]))
    return taken._replace(drift=find_drift(told))


def take_products(batch: Batch, read: Reader, source: Source, pseudonym: Pseudonym) -> Taken:
    """Turn a batch of lines into products of the catalogue (`Product`) and quarantine rows."""
    told = read(batch.lines)
    products = _complete(told, *Product.column_names())
    products = products.with_columns(reason=pl.coalesce("reason", _judge_product()))
    rows = Product.cast(products.filter(pl.col("reason").is_null()))
    taken = _sum_up(batch, rows, _put_aside(batch, source, pseudonym, [_reject(products, batch)]))
    return taken._replace(drift=find_drift(told))


def _judge() -> pl.Expr:
    """Say why an understood record is still no event, or null."""
    return (
        pl.when(~pl.col("channel").is_in(CHANNELS).fill_null(False))
        .then(pl.lit("no_channel"))
        .when(_is_nobody("visitor") & _is_nobody("customer"))
        .then(pl.lit("no_visitor"))
        .when((pl.col("price") < 0) | (pl.col("quantity") < 0) | (pl.col("position") < 1))
        .then(pl.lit("bad_value"))
        .when((pl.col("propensity") <= 0) | (pl.col("propensity") > 1))
        .then(pl.lit("bad_value"))
    )


def _judge_whole(judged: pl.DataFrame) -> pl.DataFrame:
    """Refuse a line whole where one of its several events is refused."""
    if judged["part"].null_count() == len(judged):
        return judged
    return judged.with_columns(reason=pl.col("reason").drop_nulls().first().over("line"))


def _count_lines(records: pl.DataFrame) -> int:
    """Count the lines that records come from: the several events of one line stay together."""
    return int((records["part"].fill_null(1) == 1).sum())


def _is_nobody(column: str) -> pl.Expr:
    return pl.col(column).str.strip_chars().is_in(["", "-"]).fill_null(True)


def _judge_sale() -> pl.Expr:
    return (
        pl.when(~pl.col("channel").is_in(CHANNELS).fill_null(False))
        .then(pl.lit("no_channel"))
        .when((pl.col("price") < 0) | (pl.col("quantity") == 0))
        .then(pl.lit("bad_value"))
    )


def _judge_product() -> pl.Expr:
    number = {name: pl.col(name).cast(pl.Float64) for name in ("price", "min_age")}
    return pl.when((number["price"] < 0) | (number["min_age"] < 0)).then(pl.lit("bad_value"))


def _complete(read: pl.DataFrame, *columns: str) -> pl.DataFrame:
    """Add the columns that a mapping leaves out, as nulls of the type that a log would give them."""
    types = {name: column.dtype for name, column in Record.columns().items()}
    missing = [name for name in columns if name not in read.columns]
    return read.with_columns(pl.lit(None, types.get(name, pl.String())).alias(name) for name in missing)


def _reject(judged: pl.DataFrame, batch: Batch) -> dy.DataFrame[Rejected]:
    refused = (
        judged.filter(pl.col("reason").is_not_null())
        .select("line", "reason")
        .unique("line", keep="first", maintain_order=True)
    )
    return Rejected.cast(refused.join(batch.lines.rename({"text": "raw"}), on="line", how="left"))


def _put_aside(
    batch: Batch, source: Source, pseudonym: Pseudonym, rejected: Sequence[dy.DataFrame[Rejected]]
) -> dy.DataFrame[Quarantine]:
    return quarantine_lines(Rejected.cast(pl.concat([batch.rejected, *rejected])), source, pseudonym)


def _sum_up(batch: Batch, rows: pl.DataFrame, quarantined: dy.DataFrame[Quarantine], ignored: int = 0) -> Taken:
    return Taken(rows, quarantined, batch.blank + ignored, batch.size)


def _place(records: pl.DataFrame, source: Source) -> pl.DataFrame:
    """Say where each record stands: in the source it names itself, else in the file."""
    return records.with_columns(
        made_of=pl.coalesce("source", pl.lit(source.fingerprint)),
        source=pl.coalesce("source", pl.lit(source.name)),
        line=pl.coalesce("place", "line"),
    )


def _look_at_locations(records: pl.DataFrame, site_map: SiteMap, robots: RobotSettings) -> pl.DataFrame:
    """Hide phone numbers in `location`, and add what the site map says of each, and `scan`."""
    look = _make_look(msgspec.json.encode((site_map, robots)))
    keys = records.select(pl.concat_str("channel", "location", separator="\t")).to_series()
    return records.drop("location").hstack(judge_distinct(keys, look))


@functools.lru_cache(maxsize=4)
def _make_look(rules: bytes) -> Remembered:
    """Make the judge of channels and locations by a site map and settings of robots, as JSON."""
    site_map, robots = msgspec.json.decode(rules, type=tuple[SiteMap, RobotSettings])

    def look(keys: pl.Series) -> pl.DataFrame:
        parted = keys.str.splitn("\t", 2).struct.rename_fields(["channel", "location"]).struct.unnest()
        locations = redact(parted, ["location"])
        scan = find_scans(locations["location"], robots).alias("scan")
        return read_locations(locations, site_map).with_columns(locations["location"], scan)

    return Remembered(look)


def _look_at_agents(records: pl.DataFrame, robots: RobotSettings) -> pl.DataFrame:
    """Add what user agents tell: `robot`, `browser` and `system`, and `device` where the log does not say it."""

    def look(agents: pl.Series) -> pl.DataFrame:
        return judge_agents(agents, robots).hstack(describe_agents(agents))

    told = judge_distinct(records["user_agent"], look)
    return records.with_columns(device=records["device"].fill_null(told["device"])).hstack(told.drop("device"))


def _hide(records: pl.DataFrame, pseudonym: Pseudonym) -> pl.DataFrame:
    """Put pseudonyms for people, and hide phone numbers in every text that is kept."""
    referrer = judge_distinct(records["referrer"], _show_referrers)["referrer"]
    hidden = hide_phones(records["event_id"], pseudonym)
    return pseudonymize(records, pseudonym).with_columns(referrer=referrer, event_id=hidden).pipe(redact, FREE_TEXT)


def _show_referrers(referrers: pl.Series) -> pl.DataFrame:
    """Leave out what a referrer asks for, and hide phone numbers in the rest."""
    return redact(referrers.str.splitn("?", 2).struct.field("field_0").to_frame("referrer"), ["referrer"])


def _identify(records: pl.DataFrame) -> pl.Series:
    """Take the tracker's own ids, and make the others from what the line says and where it stands.

    A second reading makes the same ids, under another site map too. Of several events of one line, those after the
    first have their number behind the id.
    """
    said_at = pl.coalesce("device_at", pl.when(pl.col("place").is_null()).then("occurred_at"))
    content = records.select(
        pl.concat_str(
            "made_of", "line", said_at.dt.timestamp("us"),
            "visitor_mark", "location", "name", "page", "item_id",
            separator="\x1f", ignore_nulls=True,
        ).cast(pl.Binary)
    ).to_series()  # fmt: skip
    made = pl.Series(map(xxhash.xxh3_128_hexdigest, content.to_list()), dtype=pl.String)
    ids = records["event_id"].zip_with(records["event_id"].is_not_null(), made)
    return records.select(
        pl.when(pl.col("part") > 1).then(pl.format("{}#{}", ids, "part")).otherwise(ids).alias("event_id")
    ).to_series()


def _finish_events(records: pl.DataFrame) -> dy.DataFrame[Event]:
    """Fill in what follows from the rest: the stage."""
    of_event = pl.col("name").replace_strict(STAGE_OF_EVENT, default=None, return_dtype=pl.String)
    return Event.cast(records.with_columns(stage=pl.coalesce("stage", of_event)))
