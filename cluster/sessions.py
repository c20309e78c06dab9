"""Sessions on any engine: a visitor's events, numbered and cut where the visitor paused."""

import narwhals as nw
from narwhals.typing import IntoLazyFrameT

from ingest import BadInput, SessionRules, SessionSettings, settle

ORDER = ("occurred_at_ms", "device_at_ms", "line", "event_id")
"""The total order of a visitor's events, as `ingest.ORDER`; an unknown time of the device comes first.

Without a total order engines number events of one moment as they please.
"""


def number_sessions(events: IntoLazyFrameT, settings: SessionSettings) -> IntoLazyFrameT:
    """Number each visitor's sessions from 1, and the steps of each session from 1.

    Needs `visitor_id`, `event_id`, `line` and `occurred_at_ms` (whole milliseconds since 1970), none of them null, and
    `device_at_ms`; adds `session` and `step`. A session is named by its visitor and its number. Cuts as
    `ingest.sessionize` does, which keeps microseconds: the two agree where times are whole milliseconds. Knows pauses
    alone: raises `BadInput` where the settings or their preset ask for more.
    """
    pause_ms = _read_pause(settle(settings))
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


def _read_pause(rules: SessionRules) -> int:
    """Return the longest gap in milliseconds that a session survives."""
    plain = SessionRules(pause_minutes=rules.pause_minutes, exact_pause_cuts=rules.exact_pause_cuts, zone=rules.zone)
    if rules != plain:
        more = [name for name in rules.__struct_fields__ if getattr(rules, name) != getattr(plain, name)]
        fix = "Leave them away, or cut on one machine with ingest.sessionize."
        raise BadInput(f"a cluster cuts at pauses alone, not by {', '.join(more)}", "[sessions]", fix)
    return round(rules.pause_minutes * 60_000) - rules.exact_pause_cuts
