"""Drop-off: how many views of each page were a visit's last, and what was done before leaving."""

import dataframely as dy
import numpy as np
import polars as pl

from ingest import Sessioned
from paths.rows.numbering import Ints, mark_run_ends, mark_runs, number_values
from paths.rows.order import order_rows
from serving import wilson_bounds

CELL = ["page", "channel", "device"]


class PageDropOff(dy.Schema):
    """One page on one channel and kind of device."""

    page = dy.String(nullable=False, description="The page")
    channel = dy.String(nullable=False, description="Channel of the views")
    device = dy.String(nullable=True, description="Kind of device; null where it is unknown")
    views = dy.Int64(nullable=False, min=1, description="Views; a page seen again without another between is one view")
    exits = dy.Int64(nullable=False, min=0, description="Views after which the session saw no other page")
    share = dy.Float64(nullable=False, min=0, max=1, description="Exits of the views")
    low = dy.Float64(nullable=False, min=0, max=1, description="Lower 95 % Wilson bound of the share")
    high = dy.Float64(nullable=False, min=0, max=1, description="Upper 95 % Wilson bound of the share")
    last_action = dy.String(nullable=True, description="What most of those who left did last; ties by name")
    last_action_share = dy.Float64(nullable=True, min=0, max=1, description="Of the exits")

    @dy.rule()
    def stands_once(cls) -> pl.Expr:
        """A page stands once for each channel and kind of device."""
        return pl.struct(cls.page.col, cls.channel.col, cls.device.col).is_unique()


def count_drop_off(sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned]) -> dy.DataFrame[PageDropOff]:
    """Count each page's views and exits; robots see nothing. Most exits first, ties by page, channel and device.

    The last action is that of the session's last event, which may name no page.
    """
    views = read_views(sessioned).lazy()
    leaving = views.filter(pl.col("exits"))
    actions = (
        leaving.group_by(*CELL, last_action="action")
        .agg(done=pl.len())
        .sort(*CELL, "done", "last_action", descending=[False, False, False, True, False], nulls_last=True)
        .group_by(*CELL, maintain_order=True)
        .agg(pl.col("last_action").first(), pl.col("done").first())
    )
    counted = (
        views.group_by(CELL)
        .agg(views=pl.len(), exits=pl.col("exits").sum())
        .join(actions, on=CELL, how="left", nulls_equal=True)
        .with_columns(share=pl.col("exits") / pl.col("views"), last_action_share=pl.col("done") / pl.col("exits"))
        .sort("exits", *CELL, descending=[True, False, False, False])
        .collect()
    )
    low, high = wilson_bounds(counted["exits"].to_numpy(), counted["views"].to_numpy())
    return PageDropOff.cast(counted.with_columns(low=pl.Series(low), high=pl.Series(high)))


def read_views(sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned]) -> pl.DataFrame:
    """Read people's page views, repeats as one, by session and step.

    Gives `page`, `channel`, `device`, `occurred_at`, the numbers of its `session` and `person`, whether the session
    `exits` there, and the name of the session's last `action`.
    """
    columns = ["person_id", "session_id", "step", "occurred_at", "channel", "device", "page", "name"]
    events = sessioned.lazy().filter(pl.col("robot").is_null()).select(columns).collect()
    session = number_values(events["session_id"]).codes
    order = np.arange(session.size)[order_rows([session, events["step"].to_numpy()])]
    seen = order[events["page"].is_not_null().to_numpy()[order]]
    page = number_values(events["page"].gather(seen)).codes
    kept = mark_runs(session[seen]) | mark_runs(page)
    rows = seen[kept]
    views: pl.DataFrame = events.select("page", "channel", "device", "occurred_at")[rows]
    return views.with_columns(
        session=session[rows],
        person=number_values(events["person_id"]).codes[rows],
        exits=pl.Series(mark_run_ends(session[rows])),
        action=events["name"].gather(_find_last_rows(order, session)[session[rows]]),
    )


def _find_last_rows(order: Ints, session: Ints) -> Ints:
    """Find the row of each session's last event."""
    lasts = order[mark_run_ends(session[order])]
    rows = np.zeros(int(session.max(initial=-1)) + 1, np.int64)
    rows[session[lasts]] = lasts
    return rows
