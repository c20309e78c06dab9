"""Page ways: all that leads to one page and away from it, as Matomo's transitions report shows it."""

import dataframely as dy
import numpy as np
import polars as pl

from ingest import Sessioned
from paths.graph.visits import order_events
from paths.rows.numbering import mark_runs

SIDES = ("in", "out")
KINDS = ("campaign", "referrer", "direct", "page", "reload", "exit")
HOST = r"^(?:[A-Za-z][A-Za-z0-9+.-]*://)?([^/]+)"


class PageWay(dy.Schema):
    """One way to a page or away from it on one channel. On each side the views add up to those of the page."""

    channel = dy.String(primary_key=True, description="Channel of the sessions' first events: web, wap or app")
    side = dy.String(primary_key=True, description="in: what came right before the page; out: what came right after")
    kind = dy.String(
        primary_key=True,
        description="page; reload: the page itself; exit; or how the session came in: campaign, referrer or direct",
    )
    name = dy.String(
        primary_key=True, description="The page, the campaign or the referring host; empty for direct and exit"
    )
    views = dy.Int64(nullable=False, min=1, description="Views of the page that came or went this way")
    out_of = dy.Int64(nullable=False, min=1, description="All views of the page on this channel, reloads among them")
    share = dy.Float64(nullable=False, min=0, max=1, description="Views that came or went this way, of all")

    @dy.rule()
    def side_is_known(cls) -> pl.Expr:
        """The side is in or out."""
        return cls.side.col.is_in(SIDES)

    @dy.rule()
    def kind_is_known(cls) -> pl.Expr:
        """The kind is one of those."""
        return cls.kind.col.is_in(KINDS)


def trace_page(sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned], page: str) -> dy.DataFrame[PageWay]:
    """Count where the views of one page came from and where they went; robots are left out.

    Sorted by channel, side, most views, kind and name. Every view counts, reloads too: on both sides the ways add up
    to the views, and as many reloads come in as go out. A view that is its session's first came in by the campaign of
    the session's first event, else from the host that referred it, else directly. Events without a page are passed
    over. A page nobody saw has no ways.
    """
    views = _list_views(sessioned, page)
    ways = pl.concat([views.select("channel", *_tell_way_in()), views.select("channel", *_tell_way_out())])
    return PageWay.cast(
        ways.group_by("channel", "side", "kind", "name")
        .agg(views=pl.len().cast(pl.Int64))
        .with_columns(out_of=pl.col("views").sum().over("channel", "side"))
        .with_columns(share=pl.col("views") / pl.col("out_of"))
        .sort("channel", "side", "views", "kind", "name", descending=[False, False, True, False, False])
    )


def _list_views(sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned], page: str) -> pl.DataFrame:
    """List the views of a page with the pages before and after, and what the session's first event says."""
    events, session, order = order_events(sessioned, ["channel", "page", "campaign", "referrer"])
    row = np.arange(session.size)[order]
    opened = row[np.maximum.accumulate(np.where(mark_runs(session), np.arange(session.size), 0))]
    number = pl.col("session")
    views = (
        pl.DataFrame({"session": session, "opened": opened, "page": events["page"].gather(row)})
        .filter(pl.col("page").is_not_null())
        .with_columns(
            before=pl.when(number == number.shift(1)).then(pl.col("page").shift(1)),
            after=pl.when(number == number.shift(-1)).then(pl.col("page").shift(-1)),
        )
        .filter(pl.col("page") == page)
    )
    return views.hstack(events.select("channel", "campaign", "referrer")[views["opened"]])


def _tell_way_in() -> list[pl.Expr]:
    """Tell what came before each view: a page, the page itself, or how the session came in."""
    before, campaign = pl.col("before"), pl.col("campaign")
    host = pl.col("referrer").str.extract(HOST).replace("-", None)
    kind = (
        pl.when(before == pl.col("page"))
        .then(pl.lit("reload"))
        .when(before.is_not_null())
        .then(pl.lit("page"))
        .when(campaign.is_not_null())
        .then(pl.lit("campaign"))
        .when(host.is_not_null())
        .then(pl.lit("referrer"))
        .otherwise(pl.lit("direct"))
    )
    return [
        pl.lit("in").alias("side"),
        kind.alias("kind"),
        pl.coalesce(before, campaign, host, pl.lit("")).alias("name"),
    ]


def _tell_way_out() -> list[pl.Expr]:
    """Tell what came after each view: a page, the page itself, or nothing."""
    after = pl.col("after")
    kind = (
        pl.when(after == pl.col("page"))
        .then(pl.lit("reload"))
        .when(after.is_not_null())
        .then(pl.lit("page"))
        .otherwise(pl.lit("exit"))
    )
    return [pl.lit("out").alias("side"), kind.alias("kind"), pl.coalesce(after, pl.lit("")).alias("name")]
