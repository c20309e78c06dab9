"""Detours: pages that sessions pass on the way to the goal although a link leads straight on."""

from dataclasses import replace
from typing import NamedTuple

import dataframely as dy
import numpy as np
import polars as pl

from paths.graph.settings import PathSettings
from paths.graph.tally import count_sessions
from paths.graph.visits import Visits
from paths.rows.numbering import Bools, Ints, mark_runs
from paths.rows.order import sort_rows
from paths.sequences.goal import GoalSettings
from paths.sequences.stretches import name_stretches, pack_stretches
from serving import wilson_bounds


class Detour(dy.Schema):
    """One ordered pair of pages on one channel that a link joins, and the sessions that went round it to the goal."""

    channel = dy.String(primary_key=True, description="Channel of the sessions' first events")
    source = dy.String(primary_key=True, description="The page where the detour begins")
    target = dy.String(primary_key=True, description="The page where it ends; (goal) for the goal itself")
    sessions = dy.Int64(nullable=False, min=1, description="Sessions that reached the goal and went round before")
    share = dy.Float64(nullable=False, min=0, max=1, description="Of all sessions of the channel that reached the goal")
    low = dy.Float64(nullable=False, min=0, max=1, description="Lower 95 % bound of the share (Wilson)")
    high = dy.Float64(nullable=False, min=0, max=1, description="Upper 95 % bound of the share (Wilson)")
    direct_sessions = dy.Int64(
        nullable=False, min=0, description="Sessions that reached the goal and took the link; some did both"
    )
    times = dy.Int64(nullable=False, min=1, description="How often the detour was made")
    extra_clicks = dy.Int64(nullable=False, min=1, description="Pages passed in between, all times together")
    via = dy.List(dy.String(nullable=False), nullable=False, description="The pages most often passed in between")
    via_share = dy.Float64(nullable=False, min_exclusive=0, max=1, description="How often just these, of all times")

    @dy.rule()
    def each_time_costs_a_click(cls) -> pl.Expr:
        """Each session goes round at least once, and each time takes a click more."""
        return (cls.sessions.col <= cls.times.col) & (cls.times.col <= cls.extra_clicks.col)


def find_detours(
    visits: Visits, goal: GoalSettings | None = None, settings: PathSettings | None = None
) -> dy.DataFrame[Detour]:
    """Find the detours of each channel; sorted by channel, sessions (most first), source and target.

    `visits` are those of `walk_to_goal`. A detour a → … → b is made by a session that reaches the goal, passes one to
    `most_between` pages between a and b, neither of them among these, while at least `min_sessions` sessions of the
    channel, whatever came of them, went from a to b by one click. Detours may lie within longer ones: their sessions
    and clicks do not add up. A detour is no fault in itself; it says that the link is there and was not used. Those
    that fewer than `min_sessions` sessions made are left out.
    """
    goal = goal or GoalSettings()
    visits = visits.apply(settings)
    links, _ = _count_links(visits, goal.min_sessions)
    reaching = _keep_reaching(visits)
    rounds = _keep_common(_find_rounds(reaching, links, goal.most_between), reaching, goal.min_sessions)
    goals = np.bincount(reaching.channel[mark_runs(reaching.session)], minlength=len(visits.channel_names))
    told = (
        _count_rounds(reaching, rounds)
        .join(_count_direct(reaching), on="link", how="left")
        .with_columns(pl.col("direct_sessions").fill_null(0))
        .sort("link")
    )
    channel, source, target = _split_links(visits, told["link"].to_numpy())
    low, high = wilson_bounds(told["sessions"].to_numpy(), goals[channel])
    return Detour.cast(
        told.with_columns(
            channel=visits.channel_names.gather(channel),
            source=visits.page_names.gather(source),
            target=visits.page_names.gather(target),
            share=pl.col("sessions") / pl.Series(goals[channel]),
            low=low,
            high=high,
            via=_name_via(reaching, rounds, told["round"].to_numpy()),
        ).sort("channel", "sessions", "source", "target", descending=[False, True, False, False])
    )


class _Rounds(NamedTuple):
    """Stretches of visits round a link."""

    link: Ints
    begin: Ints
    """Row of the visit before the first page in between."""
    between: Ints
    """Pages in between."""


def _keep_reaching(visits: Visits) -> Visits:
    """Keep the visits of sessions that reach the goal."""
    at_goal = visits.page == len(visits.page_names) - 1
    kept = np.isin(visits.session, visits.session[at_goal])
    session, channel, page, time = (part[kept] for part in (visits.session, visits.channel, visits.page, visits.time))
    return replace(visits, session=session, channel=channel, page=page, time=time)


def _number_links(visits: Visits, begin: Ints, end: Ints) -> Ints:
    """Number the pairs of pages at the given rows, channel and all."""
    pages = len(visits.page_names)
    return (visits.channel[begin] * pages + visits.page[begin]) * pages + visits.page[end]


def _split_links(visits: Visits, links: Ints) -> tuple[Ints, Ints, Ints]:
    """Split the numbers of pairs into channel, source and target."""
    pages = len(visits.page_names)
    channel, source, target = np.unravel_index(links, (len(visits.channel_names), pages, pages))
    return channel, source, target


def _count_links(visits: Visits, least: int = 1) -> tuple[Ints, Ints]:
    """List the links that at least so many sessions took, ascending, with these sessions."""
    begin = np.flatnonzero(visits.session[1:] == visits.session[:-1])
    link, session = sort_rows([_number_links(visits, begin, begin + 1), visits.session[begin]])
    another = mark_runs(link) | mark_runs(session)
    links, sessions = np.unique(link[another], return_counts=True)
    return links[sessions >= least], sessions[sessions >= least]


def _count_direct(reaching: Visits) -> pl.DataFrame:
    """Count the sessions that took each link."""
    return pl.DataFrame(dict(zip(("link", "direct_sessions"), _count_links(reaching), strict=True)))


def _find_rounds(reaching: Visits, links: Ints, most_between: int) -> _Rounds:
    """Find all stretches round a link, those with one page in between first."""
    begins, ends = [], []
    for ahead in range(2, most_between + 2):
        begin = np.arange(max(reaching.session.size - ahead, 0))
        kept = _go_round(reaching, begin, ahead) & np.isin(_number_links(reaching, begin, begin + ahead), links)
        begins.append(begin[kept])
        ends.append(begin[kept] + ahead)
    begin, end = np.concatenate(begins), np.concatenate(ends)
    return _Rounds(_number_links(reaching, begin, end), begin, end - begin - 1)


def _keep_common(rounds: _Rounds, reaching: Visits, least: int) -> _Rounds:
    """Keep the stretches round links that at least so many sessions went round."""
    link, sessions = count_sessions(rounds.link, reaching.session[rounds.begin])
    kept = np.isin(rounds.link, link[sessions >= least])
    return _Rounds(*(part[kept] for part in rounds))


def _go_round(reaching: Visits, begin: Ints, ahead: int) -> Bools:
    """Tell where one session goes from a page to another that lies so far ahead, without either in between."""
    source, target = reaching.page[begin], reaching.page[begin + ahead]
    fits: Bools = (reaching.session[begin] == reaching.session[begin + ahead]) & (source != target)
    for passed in range(1, ahead):
        between = reaching.page[begin + passed]
        fits &= (between != source) & (between != target)
    return fits


def _count_rounds(reaching: Visits, rounds: _Rounds) -> pl.DataFrame:
    """Count the stretches round each link, and find the pages most often passed."""
    packs = pack_stretches(reaching.page, rounds.begin + 1, rounds.between)
    each = packs.with_columns(
        link=rounds.link, session=reaching.session[rounds.begin], between=rounds.between
    ).with_row_index("round")
    ways = (
        each.group_by("link", *packs.columns)
        .agg(pl.col("round").min(), via_times=pl.len())
        .filter(pl.col("via_times") == pl.col("via_times").max().over("link"))
        .sort("link", *packs.columns)
        .unique("link", keep="first", maintain_order=True)
    )
    counts = each.group_by("link").agg(
        sessions=pl.col("session").n_unique(), times=pl.len(), extra_clicks=pl.col("between").sum()
    )
    return counts.join(ways, on="link").with_columns(via_share=pl.col("via_times") / pl.col("times"))


def _name_via(reaching: Visits, rounds: _Rounds, told: Ints) -> pl.Series:
    """Name the pages in between."""
    return name_stretches(reaching.page_names, reaching.page, rounds.begin[told] + 1, rounds.between[told])
