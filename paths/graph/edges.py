"""The path graph: which page leads to which, on each channel."""

import dataframely as dy
import numpy as np
import polars as pl

from ingest import Sessioned
from paths.graph.visits import Visits, read_visits
from paths.rows.numbering import Ints, mark_run_ends, mark_runs
from paths.rows.order import sort_rows

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
    median_seconds = dy.Float64(
        nullable=True, min=0, description="Median seconds from source to target; null to and from virtual pages"
    )

    @dy.rule()
    def sessions_have_clicks(cls) -> pl.Expr:
        """No more sessions than clicks."""
        return cls.sessions.col <= cls.clicks.col

    @dy.rule()
    def virtual_pages_take_no_time(cls) -> pl.Expr:
        """Exactly the edges of virtual pages have no time."""
        return ((cls.source.col == ENTRY) | (cls.target.col == EXIT)) == cls.median_seconds.col.is_null()


def count_edges(
    sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned], *, collapse_repeats: bool = True
) -> dy.DataFrame[Edge]:
    """Count how often each page led to each other one; sorted by channel, source and target. Robots are left out.

    Events without a page are passed over. A page seen again without another between (a reload) is one visit, unless
    `collapse_repeats` is off: then it leads to itself. Each session comes from (entry) and goes to (exit) once.
    """
    visits = read_visits(sessioned)
    if collapse_repeats:
        visits = visits.collapse_repeats()
    out, into = pl.col("clicks").sum().over("channel", "source"), pl.col("clicks").sum().over("channel", "target")
    return Edge.cast(
        _tabulate(visits)
        .with_columns(share_out=pl.col("clicks") / out, share_in=pl.col("clicks") / into)
        .sort("channel", "source", "target")
    )


def _tabulate(visits: Visits) -> pl.DataFrame:
    """Make one row of counts for each edge."""
    pages = pl.concat([visits.page_names, pl.Series([ENTRY, EXIT], dtype=pl.String)], rechunk=True)
    edge, session, gap = _list_clicks(visits, entry=len(pages) - 2, exit_=len(pages) - 1)
    edge_of_session, session = sort_rows([edge, session])
    edge, gap = sort_rows([edge, gap])
    firsts = np.flatnonzero(mark_runs(edge))
    clicks = np.diff(firsts, append=edge.size)
    another = mark_runs(edge_of_session) | mark_runs(session)
    middle = gap[firsts + (clicks - 1) // 2] + gap[firsts + clicks // 2]
    channel, source, target = np.unravel_index(edge[firsts], (len(visits.channel_names), len(pages), len(pages)))
    virtual = (pl.col("source") == ENTRY) | (pl.col("target") == EXIT)
    return pl.DataFrame(
        {
            "channel": visits.channel_names.gather(channel),
            "source": pages.gather(source),
            "target": pages.gather(target),
            "clicks": clicks,
            "sessions": np.diff(np.cumsum(another)[firsts], append=another.sum() + 1),
            "median_seconds": middle / 2_000_000,
        }
    ).with_columns(median_seconds=pl.when(~virtual).then("median_seconds"))


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
