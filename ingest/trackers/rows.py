"""Rows: events of the spool, understood, on their way into a frame."""

from collections.abc import Iterable

import msgspec
import polars as pl

TIMES = ("received_at", "sent_at", "device_at")


class Row(msgspec.Struct):
    """One event, or one product of an event with several, or a line that is none and its reason.

    Times are microseconds since 1970.
    """

    line: int
    text: str
    reason: str | None = None
    batch: str | None = None
    place: int | None = None
    part: int | None = None
    received_at: int | None = None
    sent_at: int | None = None
    device_at: int | None = None
    event_id: str | None = None
    channel: str | None = None
    usual_channel: str | None = None
    visitor: str | None = None
    customer: str | None = None
    name: str | None = None
    url: str | None = None
    screen: str | None = None
    page: str | None = None
    item_id: str | None = None
    category: str | None = None
    price: float | None = None
    quantity: int | None = None
    order_id: str | None = None
    slot: str | None = None
    position: int | None = None
    recommendation_id: str | None = None
    propensity: float | None = None
    referrer: str | None = None
    campaign: str | None = None
    last_campaign: str | None = None
    device: str | None = None
    region: str | None = None
    user_agent: str | None = None
    extra: str | None = None


def frame_rows(rows: Iterable[Row]) -> pl.DataFrame:
    """Put rows into a frame."""
    frame = pl.DataFrame([msgspec.structs.astuple(row) for row in rows], schema=SCHEMA, orient="row")
    return frame.with_columns(pl.col(name).cast(pl.Datetime("us", "UTC")) for name in TIMES)


_NUMBERS = {"price": pl.Float64(), "propensity": pl.Float64()}
_COUNTS = ("line", "place", "part", "quantity", "position", *TIMES)
SCHEMA: dict[str, pl.DataType] = {
    name: _NUMBERS.get(name) or (pl.Int64() if name in _COUNTS else pl.String()) for name in Row.__struct_fields__
}
