"""Transitions on any engine: which page leads to which, on each channel."""

import narwhals as nw
from narwhals.typing import IntoLazyFrameT

from paths import ENTRY, EXIT

SESSION = ("visitor_id", "session")
EDGE = ("channel", "source", "target")


def count_transitions(sessioned: IntoLazyFrameT) -> IntoLazyFrameT:
    """Count how often each page led to each other one: `channel`, `source`, `target`, `clicks`, `sessions`.

    Needs what `number_sessions` gives, with `channel`, `page` and `robot`. Robots are left out, events without a page
    are passed over, a reload is no new visit, and each session comes from (entry) and goes to (exit) once, on the
    channel of its first event: as in `paths.count_edges`, without its shares and times. In no promised order.
    """
    visits = _list_visits(nw.from_native(sessioned))
    into = visits.select(*SESSION, *EDGE[:2], target=nw.col("page"))
    last = visits.filter(nw.col("next_page").is_null())
    out = last.with_columns(source=nw.col("page"), target=nw.lit(EXIT)).select(*SESSION, *EDGE)
    in_session = nw.concat([into, out]).group_by(*SESSION, *EDGE).agg(clicks=nw.len())
    edges = in_session.group_by(*EDGE).agg(clicks=nw.col("clicks").sum(), sessions=nw.len())
    counted: nw.LazyFrame[IntoLazyFrameT] = edges.with_columns(nw.col("clicks", "sessions").cast(nw.Int64))
    return counted.to_native()


def _list_visits(sessioned: nw.LazyFrame[IntoLazyFrameT]) -> nw.LazyFrame[IntoLazyFrameT]:
    """Keep people's page visits, each with the page before it as `source` and the page after it as `next_page`."""
    first_step = nw.col("step").min().over(*SESSION)
    first_channel = nw.when(nw.col("step") == nw.col("first_step")).then(nw.col("channel"))
    before = nw.col("page").shift(1).over(*SESSION, order_by="step")
    return (
        sessioned.filter(nw.col("robot").is_null())
        .with_columns(first_step=first_step)
        .with_columns(first_channel=first_channel)
        .with_columns(channel=nw.col("first_channel").max().over(*SESSION))
        .filter(~nw.col("page").is_null())
        .with_columns(source=before.fill_null(ENTRY))
        .filter(nw.col("page") != nw.col("source"))
        .with_columns(next_page=nw.col("page").shift(-1).over(*SESSION, order_by="step"))
    )
