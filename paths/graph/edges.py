"""The path graph: which page leads to which, on each channel."""

import dataframely as dy
import numpy as np
import polars as pl

from paths.graph.naming import name_tally, total_within
from paths.graph.settings import PathSettings
from paths.graph.tally import tally_clicks
from paths.graph.visits import Visits, Walks, read_visits
from paths.rows.numbering import Ints, mark_run_ends, mark_runs

ENTRY = "(entry)"
"""The virtual page before a session's first."""
EXIT = "(exit)"
"""The virtual page after a session's last."""


class Edge(dy.Schema):
    """One ordered pair of pages on one channel. Clicks out of a page, its exits among them, equal its visits."""

    channel = dy.String(primary_key=True, description="Channel of the sessions' first events: web, wap or app")
    source = dy.String(primary_key=True, description="The page left; (entry) before a session's first page")
    target = dy.String(primary_key=True, description="The page come to; (exit) after a session's last page")
    clicks = dy.Int64(nullable=False, min=1, description="How often target came right after source")
    sessions = dy.Int64(nullable=False, min=1, description="Sessions in which it did")
    share_out = dy.Float64(nullable=False, min=0, max=1, description="Clicks, of all that leave the source")
    share_in = dy.Float64(nullable=False, min=0, max=1, description="Clicks, of all that come to the target")
    share_of_all = dy.Float64(
        nullable=False, min=0, max=1, description="Clicks, of all on the channel, entries and exits among them"
    )
    median_seconds = dy.Float64(
        nullable=True, min=0, description="Median seconds from source to target; null to and from virtual pages"
    )
    p95_seconds = dy.Float64(
        nullable=True, min=0, description="Seconds within which 95 % of the clicks came; null to and from virtual pages"
    )
    lift = dy.Float64(
        nullable=False,
        min=0,
        description="Clicks against those expected if sources did not matter; 1: as many",
    )

    @dy.rule()
    def sessions_have_clicks(cls) -> pl.Expr:
        """No more sessions than clicks."""
        return cls.sessions.col <= cls.clicks.col

    @dy.rule()
    def virtual_pages_take_no_time(cls) -> pl.Expr:
        """Exactly the edges of virtual pages have no time."""
        virtual = (cls.source.col == ENTRY) | (cls.target.col == EXIT)
        return (virtual == cls.median_seconds.col.is_null()) & (virtual == cls.p95_seconds.col.is_null())

    @dy.rule()
    def few_clicks_take_longer(cls) -> pl.Expr:
        """The median is no longer than the 95th percentile."""
        return (cls.median_seconds.col <= cls.p95_seconds.col).fill_null(True)


def count_edges(walks: Walks, settings: PathSettings | None = None) -> dy.DataFrame[Edge]:
    """Count how often each page led to each other one; sorted by channel, source and target. Robots are left out.

    Events without a page are passed over. A page seen again without another between (a reload) is one visit, unless
    the settings keep repeats: then it leads to itself. Each session comes from (entry) and goes to (exit) once.

    Percentiles lie on the line between the two nearest clicks. The lift is

        clicks × all / (out × in)

    where out are the channel's clicks that leave the source, in those that come to the target, and all are all of them.
    Independence means: take every click of the channel apart and put the ends together at random. (entry) is one of
    the sources and (exit) one of the targets. Two pairs can come about so and never do in the logs: (entry) to (exit),
    and a page to itself when repeats are collapsed. So the other edges lie a little above 1 on average; a lift says
    which targets a source prefers, and is no test.
    """
    visits = read_visits(walks).apply(settings)
    pages = name_pages(visits)
    told = tally_clicks(*_list_clicks(visits, entry=len(pages) - 2, exit_=len(pages) - 1))
    edges, number = name_tally(told, {"channel": visits.channel_names, "source": pages, "target": pages})
    channel, clicks = number["channel"], edges["clicks"].to_numpy()
    out, into = (total_within(clicks, channel, number[side]) for side in ("source", "target"))
    total = total_within(clicks, channel)
    timed = (pl.col("source") != ENTRY) & (pl.col("target") != EXIT)
    return Edge.cast(
        edges.with_columns(
            pl.when(timed).then(pl.col("median_seconds", "p95_seconds")),
            share_out=clicks / out,
            share_in=clicks / into,
            share_of_all=clicks / total,
            lift=clicks * total / (out * into),
        )
    )


def name_pages(visits: Visits) -> pl.Series:
    """Name the pages by number; the last two are (entry) and (exit)."""
    return pl.concat([visits.page_names, pl.Series([ENTRY, EXIT], dtype=pl.String)], rechunk=True)


def _list_clicks(visits: Visits, entry: int, exit_: int) -> tuple[Ints, Ints, Ints]:
    """List every click as edge (channel, source and target in one number), session, and microseconds since the last."""
    begins = mark_runs(visits.session)
    ends = np.flatnonzero(mark_run_ends(visits.session))
    source = np.where(begins, entry, np.roll(visits.page, 1))
    gap = np.where(begins, 0, np.diff(visits.time, prepend=0))
    from_channel = visits.channel * (exit_ + 1)
    into = (from_channel + source) * (exit_ + 1) + visits.page
    out = (from_channel[ends] + visits.page[ends]) * (exit_ + 1) + exit_
    return (
        np.concatenate([into, out]),
        np.concatenate([visits.session, visits.session[ends]]),
        np.concatenate([gap, np.zeros_like(ends)]),
    )
