"""Keystones: the pages whose removal would cost the most goals."""

import dataframely as dy
import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.sparse import coo_array, csc_array, eye_array
from scipy.sparse.linalg import splu

from paths.graph.edges import ENTRY, EXIT, Edge
from paths.sequences.goal import GOAL, GoalSettings

Floats = npt.NDArray[np.float64]

MOST_PAGES = 500
"""Each page takes a solution of the whole chain; those of a channel that could cost the most are solved."""
DIGITS = 12
"""What lies beyond is the solver's dust, and another machine's may lie otherwise."""


class Keystone(dy.Schema):
    """One page on one channel, and what its removal would cost by the chain of clicks."""

    channel = dy.String(primary_key=True, description="Channel of the sessions' first events")
    page = dy.String(primary_key=True, description="The page taken away")
    visits = dy.Int64(nullable=False, min=1, description="Visits before the goal was reached")
    passing = dy.Float64(nullable=False, min=0, max=1, description="Chance that a session comes by the page")
    onward = dy.Float64(nullable=False, min=0, max=1, description="Chance to reach the goal from the page")
    goal_share = dy.Float64(nullable=False, min=0, max=1, description="Sessions that reach the goal, of all")
    goal_share_without = dy.Float64(
        nullable=False, min=0, max=1, description="The same if everyone who comes to the page left there and then"
    )
    loss = dy.Float64(
        nullable=False, min=0, max=1, description="The removal effect: goals lost without the page, of all goals"
    )

    @dy.rule()
    def removal_never_helps(cls) -> pl.Expr:
        """No more sessions reach the goal without a page than with it."""
        return cls.goal_share_without.col <= cls.goal_share.col


def rank_keystones(edges: dy.DataFrame[Edge], goal: GoalSettings | None = None) -> dy.DataFrame[Keystone]:
    """Tell what the removal of each page would cost; sorted by channel, loss (highest first) and page.

    `edges` lead to (goal): `count_edges(walk_to_goal(…))`. Sessions are a Markov chain: the next click depends on the
    page alone. Its transient states are the pages, with the shares of clicks Q between them; (goal) and (exit) absorb.
    With N = (I − Q)⁻¹, the expected visits, and r the shares of clicks straight to the goal,

        onward p = N r        passing h = N[start, page] / N[page, page]        loss = h · p / P

    where P is the chance to reach the goal from the start (Kemeny and Snell, 1960, Finite Markov Chains, chapter 3).
    The loss is the removal effect of Anderl, Becker, von Wangenheim and Schumann (2016, "Mapping the customer journey",
    International Journal of Research in Marketing 33): the drop of that chance, of the whole of it, when all clicks to
    the page lead to (exit) instead; solved exactly, not simulated. P is the share of sessions that reach the goal, and
    N[start, page] the visits a session, just as counted. Pages with fewer than `min_sessions` visits are not told, nor
    channels on which nobody reaches the goal; of the others the MOST_PAGES that could cost the most.
    """
    goal = goal or GoalSettings()
    channels = edges.sort("channel", "source", "target").partition_by("channel", maintain_order=True)
    told = [_rank_channel(channel, goal.min_sessions) for channel in channels]
    return Keystone.cast(
        pl.concat([Keystone.create_empty(), *told]).sort("channel", "loss", "page", descending=[False, True, False])
    )


def _rank_channel(edges: pl.DataFrame, min_visits: int) -> pl.DataFrame:
    """Rank the pages of one channel."""
    inner = edges.filter(~pl.col("target").is_in([GOAL, EXIT]))
    pages = inner.group_by(page="target").agg(visits=pl.col("clicks").sum()).sort("page")
    sessions, goals = _count(edges, source=ENTRY), _count(edges, target=GOAL)
    if not goals:
        return Keystone.create_empty()
    chain, straight = _build_chain(edges, pages["page"])
    solver = splu(chain)
    onward = np.clip(solver.solve(straight), 0.0, 1.0)
    visits = pages["visits"].to_numpy()
    told = np.flatnonzero(visits >= min_visits)
    told = np.sort(told[np.argsort(-(visits * onward)[told].round(DIGITS), kind="stable")[:MOST_PAGES]])
    passing = np.clip(visits[told] / sessions / _solve_returns(solver, told, visits.size), 0.0, 1.0)
    loss = np.minimum(passing * onward[told] * sessions / goals, 1.0).round(DIGITS)
    return (
        pages[told]
        .with_columns(
            channel=pl.lit(edges["channel"][0]),
            passing=passing.round(DIGITS),
            onward=onward[told].round(DIGITS),
            goal_share=pl.lit(goals / sessions),
            goal_share_without=goals / sessions * (1 - loss),
            loss=loss,
        )
        .select(Keystone.column_names())
    )


def _count(edges: pl.DataFrame, **end: str) -> int:
    """Count the clicks from a page, or to it."""
    return int(edges.filter(**end)["clicks"].sum())


def _build_chain(edges: pl.DataFrame, pages: pl.Series) -> tuple[csc_array, Floats]:
    """Build I − Q over the pages, and the shares of clicks straight to the goal."""
    number = pl.DataFrame({"page": pages, "number": np.arange(len(pages))})
    leaving = edges.filter(pl.col("source").is_in(pages.implode())).join(number, left_on="source", right_on="page")
    straight = np.zeros(len(pages))
    to_goal = leaving.filter(target=GOAL)
    straight[to_goal["number"].to_numpy()] = to_goal["share_out"].to_numpy()
    inner = leaving.join(number, left_on="target", right_on="page", suffix="_to")
    places = inner["number"].to_numpy(), inner["number_to"].to_numpy()
    between = coo_array((inner["share_out"].to_numpy(), places), shape=(len(pages), len(pages)))
    return csc_array(eye_array(len(pages)) - between), straight


def _solve_returns(solver: object, pages: npt.NDArray[np.int64], size: int) -> Floats:
    """Solve for the expected visits to each page of a session that is on it."""
    returns = np.ones(pages.size)
    for place, page in enumerate(pages):
        unit = np.zeros(size)
        unit[page] = 1.0
        returns[place] = solver.solve(unit)[page]  # type: ignore[attr-defined]
    return returns
