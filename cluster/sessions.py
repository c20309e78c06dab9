"""Sessions on any engine: a visitor's events, numbered and cut where the visitor paused."""

import narwhals as nw
from narwhals.typing import IntoLazyFrameT

from ingest import SessionSettings

ORDER = ("occurred_at_ms", "event_id")
"""The total order of a visitor's events. Without one, engines number events of one moment as they please."""


def number_sessions(events: IntoLazyFrameT, settings: SessionSettings) -> IntoLazyFrameT:
    """Number each visitor's sessions from 1, and the steps of each session from 1.

    Needs `visitor_id`, `event_id` and `occurred_at_ms` (whole milliseconds since 1970), none of them null; adds
    `session` and `step`. A session is named by its visitor and its number. Cuts as `ingest.sessionize` does, which
    keeps microseconds: the two agree where times are whole milliseconds.
    """
    pause_ms = round(settings.pause_minutes * 60_000)
    gap_ms = nw.col("occurred_at_ms").diff().over("visitor_id", order_by=ORDER)
    numbered = (
        nw.from_native(events)
        .with_columns(gap_ms=gap_ms)
        .with_columns(begins=(nw.col("gap_ms").is_null() | (nw.col("gap_ms") > pause_ms)).cast(nw.Int64))
        .with_columns(session=nw.col("begins").cum_sum().over("visitor_id", order_by=ORDER).cast(nw.Int64))
        .with_columns(step=nw.col("event_id").cum_count().over("visitor_id", "session", order_by=ORDER).cast(nw.Int64))
        .drop("gap_ms", "begins")
    )
    return numbered.to_native()
