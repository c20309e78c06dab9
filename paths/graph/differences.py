"""Differences: how two groups of sessions walk differently, click by click and step by step, and how surely."""

from collections.abc import Sequence

import dataframely as dy
import numpy as np
import polars as pl

from paths.evidence import compare_shares
from paths.graph.edges import count_edges, name_pages
from paths.graph.settings import PathSettings
from paths.graph.step_shares import count_steps
from paths.graph.tally import count_sessions
from paths.graph.visits import Visits, Walks, read_visits
from paths.rows.numbering import mark_runs
from serving import find_q_values


class Difference(dy.Schema):
    """One share of sessions in two groups, and how far they lie apart."""

    sessions_a = dy.Int64(nullable=False, min=0, description="Sessions of the first group that did it")
    out_of_a = dy.Int64(nullable=False, min=0, description="Sessions of the first group that could have")
    sessions_b = dy.Int64(nullable=False, min=0, description="Sessions of the second group that did it")
    out_of_b = dy.Int64(nullable=False, min=0, description="Sessions of the second group that could have")
    share_a = dy.Float64(nullable=True, min=0, max=1, description="Share of the first group; null if nobody could have")
    share_b = dy.Float64(
        nullable=True, min=0, max=1, description="Share of the second group; null if nobody could have"
    )
    difference = dy.Float64(nullable=False, min=-1, max=1, description="First share less the second; 0 if one is null")
    low = dy.Float64(nullable=False, min=-1, max=1, description="Lower 95 % bound of the difference (Newcombe, 1998)")
    high = dy.Float64(nullable=False, min=-1, max=1, description="Upper 95 % bound of the difference (Newcombe, 1998)")
    q_value = dy.Float64(
        nullable=True,
        min=0,
        max=1,
        description="Share of false finds if all differences down to this one are believed; null where a share is null",
    )

    @dy.rule()
    def sessions_are_among_all(cls) -> pl.Expr:
        """No more sessions did it than could have."""
        return (cls.sessions_a.col <= cls.out_of_a.col) & (cls.sessions_b.col <= cls.out_of_b.col)


class EdgePlace(dy.Schema):
    """One ordered pair of pages on one channel."""

    channel = dy.String(primary_key=True, description="Channel of the sessions' first events: web, wap or app")
    source = dy.String(primary_key=True, description="The page left; (entry) before a session's first page")
    target = dy.String(primary_key=True, description="The page come to; (exit) after a session's last page")


class StepPlace(dy.Schema):
    """One page at one step of the sessions of one channel."""

    channel = dy.String(primary_key=True, description="Channel of the sessions' first events: web, wap or app")
    step = dy.Int64(primary_key=True, min=1, description="Place of the visit within its session, from 1")
    page = dy.String(primary_key=True, description="The page they are on; (exit): the session has ended by then")


class EdgeDifference(EdgePlace, Difference):
    """One ordered pair of pages on one channel in two groups: sessions that took it, of those that saw its source."""


class StepDifference(StepPlace, Difference):
    """One page at one step of the sessions of one channel in two groups: sessions on it, of all."""


def compare_edges(first: Walks, second: Walks, settings: PathSettings | None = None) -> dy.DataFrame[EdgeDifference]:
    """Compare how two groups of sessions walk, edge by edge; the surest differences first.

    The groups are two frames of sessions cut beforehand by what they differ in: channel, device, bought or not,
    period; no session may be in both. The unit is the session, since clicks of one session are no independent
    witnesses: of the sessions that saw the source, how many ever went on from there to the target. (entry) was seen by
    all. Sorted by q-value (Benjamini and Hochberg, over the edges whose source both groups saw; nulls last), then by
    channel, source and target. q-values of one table are a screening: people with many sessions count in each.
    """
    keys = ["channel", "source", "target"]
    visits = [read_visits(walks) for walks in (first, second)]
    took = [count_edges(each, settings).select(*keys, "sessions") for each in visits]
    told = _compare(took, [_count_watchers(each) for each in visits], keys)
    return EdgeDifference.cast(told.sort("q_value", *keys, nulls_last=True))


def compare_steps(first: Walks, second: Walks, settings: PathSettings | None = None) -> dy.DataFrame[StepDifference]:
    """Compare on which page the sessions of two groups are at each step; sorted by channel, step and page.

    The difference of two step matrices, with its interval. The groups are as in `compare_edges`.
    """
    keys = ["channel", "step", "page"]
    steps = [count_steps(walks, settings) for walks in (first, second)]
    out_of = [step.group_by("channel").agg(out_of=pl.col("out_of").max()) for step in steps]
    return StepDifference.cast(_compare([step.select(*keys, "sessions") for step in steps], out_of, keys).sort(keys))


def _count_watchers(visits: Visits) -> pl.DataFrame:
    """Count the sessions that saw each page; all of them saw (entry)."""
    pages = name_pages(visits)
    begins = mark_runs(visits.session)
    entry = np.full(begins.sum(), len(pages) - 2)
    channel, page = np.append(visits.channel, visits.channel[begins]), np.append(visits.page, entry)
    session = np.append(visits.session, visits.session[begins])
    key, sessions = count_sessions(channel * len(pages) + page, session)
    channel, page = np.divmod(key, len(pages))
    return pl.DataFrame(
        {"channel": visits.channel_names.gather(channel), "source": pages.gather(page), "out_of": sessions}
    )


def _compare(did: Sequence[pl.DataFrame], could: Sequence[pl.DataFrame], keys: Sequence[str]) -> pl.DataFrame:
    """Put the counts of both groups side by side, and tell how far their shares lie apart."""
    rows = pl.concat([group.select(keys) for group in did]).unique()
    for name, hits, trials in zip("ab", did, could, strict=True):
        rows = rows.join(hits.rename({"sessions": f"sessions_{name}"}), on=keys, how="left")
        known = [key for key in keys if key in trials.columns]
        rows = rows.join(trials.rename({"out_of": f"out_of_{name}"}), on=known, how="left")
    rows = rows.with_columns(pl.col("^(sessions|out_of)_[ab]$").fill_null(0)).sort(keys)
    counts = [rows[f"{what}_{name}"].to_numpy() for name in "ab" for what in ("sessions", "out_of")]
    told = compare_shares(*counts)
    both = (counts[1] > 0) & (counts[3] > 0)
    q_values = np.ones(rows.height)
    q_values[both] = find_q_values(told.p_value[both])
    shares = {f"share_{name}": pl.col(f"sessions_{name}") / _known(f"out_of_{name}") for name in "ab"}
    return rows.with_columns(
        difference=told.difference,
        low=told.low,
        high=told.high,
        q_value=pl.when(pl.Series(both)).then(pl.Series(q_values)),
        **shares,
    )


def _known(count: str) -> pl.Expr:
    """Return a count where it is none of nothing."""
    return pl.when(pl.col(count) > 0).then(count)
