"""Contexts: where customers go from a page, given the page before it."""

import dataframely as dy
import numpy as np
import polars as pl

from paths.graph.edges import ENTRY, EXIT, name_pages
from paths.graph.naming import name_tally, share_within, total_within
from paths.graph.settings import PathSettings
from paths.graph.tally import tally_clicks
from paths.graph.visits import Visits, Walks, read_visits
from paths.rows.numbering import Ints, mark_run_ends, mark_runs


class Context(dy.Schema):
    """One page after two pages of memory on one channel. Over all pages before, its clicks are those of the edge."""

    channel = dy.String(primary_key=True, description="Channel of the sessions' first events: web, wap or app")
    before = dy.String(primary_key=True, description="The page before the source; (entry) where the session began")
    source = dy.String(primary_key=True, description="The page left, a real one")
    target = dy.String(primary_key=True, description="The page come to; (exit) after a session's last page")
    clicks = dy.Int64(nullable=False, min=1, description="How often target came right after before and source")
    sessions = dy.Int64(nullable=False, min=1, description="Sessions in which it did")
    share_out = dy.Float64(
        nullable=False, min=0, max=1, description="Clicks, of all that leave the source after that page before it"
    )
    share_without_memory = dy.Float64(
        nullable=False, min=0, max=1, description="The same share whatever page came before: the edge's share out"
    )
    lift = dy.Float64(nullable=False, min=0, description="Share out against the share without memory; 1: no difference")
    median_seconds = dy.Float64(
        nullable=True, min=0, description="Median seconds from source to target; null where the target is (exit)"
    )
    p95_seconds = dy.Float64(
        nullable=True,
        min=0,
        description="Seconds within which 95 % of the clicks came; null to (exit)",
    )

    @dy.rule()
    def sessions_have_clicks(cls) -> pl.Expr:
        """No more sessions than clicks."""
        return cls.sessions.col <= cls.clicks.col

    @dy.rule()
    def exits_take_no_time(cls) -> pl.Expr:
        """Exactly the exits have no time."""
        exits = cls.target.col == EXIT
        return (exits == cls.median_seconds.col.is_null()) & (exits == cls.p95_seconds.col.is_null())

    @dy.rule()
    def source_is_real(cls) -> pl.Expr:
        """The source is a real page: before (entry) there is nothing to remember."""
        return cls.source.col != ENTRY


def count_contexts(walks: Walks, settings: PathSettings | None = None) -> dy.DataFrame[Context]:
    """Count where customers went from each page, by the page before it: the path graph of order two.

    Sorted by channel, before, source and target; what visits are, and robots, as in `count_edges`. Every visit has
    exactly one context, so the clicks of (before, source) over all targets are those of that edge, and the clicks of
    (source, target) over all pages before are those of that one.
    """
    visits = read_visits(walks).apply(settings)
    pages = name_pages(visits)
    told = tally_clicks(*_list_clicks(visits, entry=len(pages) - 2, exit_=len(pages) - 1))
    names = {"channel": visits.channel_names, "before": pages, "source": pages, "target": pages}
    contexts, number = name_tally(told, names)
    channel, source, clicks = number["channel"], number["source"], contexts["clicks"].to_numpy()
    share_out = share_within(clicks, channel, number["before"], source)
    without_memory = total_within(clicks, channel, source, number["target"]) / total_within(clicks, channel, source)
    return Context.cast(
        contexts.with_columns(
            pl.when(pl.col("target") != EXIT).then(pl.col("median_seconds", "p95_seconds")),
            share_out=share_out,
            share_without_memory=without_memory,
            lift=share_out / without_memory,
        )
    )


def _list_clicks(visits: Visits, entry: int, exit_: int) -> tuple[Ints, Ints, Ints]:
    """List every click out of a page as context (in one number), session, and microseconds to the target."""
    pages = exit_ + 1
    ends = mark_run_ends(visits.session)
    before = np.where(mark_runs(visits.session), entry, np.roll(visits.page, 1))
    target = np.where(ends, exit_, np.roll(visits.page, -1))
    gap = np.where(ends, 0, np.diff(visits.time, append=0))
    return ((visits.channel * pages + before) * pages + visits.page) * pages + target, visits.session, gap
