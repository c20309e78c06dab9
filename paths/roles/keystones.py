"""Keystones: the pages whose removal would cost the most goals."""

import dataframely as dy
import numpy as np
import polars as pl

from paths.graph.tally import count_sessions
from paths.graph.visits import Visits
from paths.rows.numbering import Bools, Ints, mark_runs
from paths.sequences.goal import GoalSettings
from serving import wilson_bounds


class Keystone(dy.Schema):
    """One page on one channel, and what its removal would cost."""

    channel = dy.String(primary_key=True, description="Channel of the sessions' first events")
    page = dy.String(primary_key=True, description="The page taken away")
    sessions = dy.Int64(nullable=False, min=1, description="Sessions that came by it, the goal not reached before")
    goals = dy.Int64(nullable=False, min=0, description="Of these, sessions that went on to reach the goal")
    onward = dy.Float64(
        nullable=False, min=0, max=1, description="Chance to reach the goal from the page: goals / sessions"
    )
    all_sessions = dy.Int64(nullable=False, min=1, description="All sessions of the channel with a page or the goal")
    all_goals = dy.Int64(nullable=False, min=1, description="Sessions of the channel that reach the goal")
    goal_share = dy.Float64(nullable=False, min=0, max=1, description="Sessions that reach the goal, of all")
    goal_share_without = dy.Float64(
        nullable=False, min=0, max=1, description="The same if everyone who comes to the page left there and then"
    )
    loss = dy.Float64(
        nullable=False, min=0, max=1, description="The removal effect: goals lost without the page, of all goals"
    )
    low = dy.Float64(nullable=False, min=0, max=1, description="Lower 95 % bound of the loss (Wilson, 1927)")
    high = dy.Float64(nullable=False, min=0, max=1, description="Upper 95 % bound of the loss (Wilson, 1927)")

    @dy.rule()
    def goals_are_sessions(cls) -> pl.Expr:
        """No more goals hang on a page than sessions came by it, nor than there are."""
        return (cls.goals.col <= cls.sessions.col) & (cls.goals.col <= cls.all_goals.col)

    @dy.rule()
    def removal_never_helps(cls) -> pl.Expr:
        """No more sessions reach the goal without a page than with it."""
        return cls.goal_share_without.col <= cls.goal_share.col

    @dy.rule()
    def loss_is_within_bounds(cls) -> pl.Expr:
        """The loss lies between its bounds."""
        return (cls.low.col <= cls.loss.col) & (cls.loss.col <= cls.high.col)


def rank_keystones(visits: Visits, goal: GoalSettings | None = None) -> dy.DataFrame[Keystone]:
    """Tell what the removal of each page would cost; sorted by channel, loss (highest first) and page.

    `visits` are those of `walk_to_goal`. If all who come to a page left there and then, the goal would be lost to just
    those sessions that came by the page before they reached it:

        loss = sessions that came by and reached the goal / sessions that reached the goal

    the removal effect of Anderl, Becker, von Wangenheim and Schumann (2016, "Mapping the customer journey",
    International Journal of Research in Marketing 33), who draw it from a Markov chain of clicks. Counted session by
    session it needs no chain, and is a share of independent sessions with Wilson's interval (1927). Pages that fewer
    than `min_sessions` sessions came by are not told, nor channels on which nobody reaches the goal.
    """
    goal = goal or GoalSettings()
    told = _count_goals(visits)
    loss, share = pl.col("goals") / pl.col("all_goals"), pl.col("all_goals") / pl.col("all_sessions")
    rows = told.filter(pl.col("sessions") >= goal.min_sessions, pl.col("all_goals") > 0).with_columns(
        onward=pl.col("goals") / pl.col("sessions"),
        loss=loss,
        goal_share=share,
        goal_share_without=(pl.col("all_goals") - pl.col("goals")) / pl.col("all_sessions"),
    )
    low, high = wilson_bounds(rows["goals"].to_numpy(), rows["all_goals"].to_numpy())
    return Keystone.cast(
        rows.with_columns(low=low, high=high).sort("channel", "loss", "page", descending=[False, True, False])
    )


def _count_goals(visits: Visits) -> pl.DataFrame:
    """Count the sessions that came by each page, and of them and of all those that reached the goal."""
    at_goal = visits.page == len(visits.page_names) - 1
    reaching = np.isin(visits.session, visits.session[at_goal])
    begins = mark_runs(visits.session)
    key, sessions = _count_by_page(visits, ~at_goal)
    reached, of_these = _count_by_page(visits, ~at_goal & reaching)
    goals = np.zeros_like(sessions)
    goals[np.searchsorted(key, reached)] = of_these
    channel, page = np.divmod(key, len(visits.page_names))
    everyone, all_goals = (
        np.bincount(visits.channel[chosen], minlength=len(visits.channel_names))[channel]
        for chosen in (begins, begins & reaching)
    )
    return pl.DataFrame(
        {
            "channel": visits.channel_names.gather(channel),
            "page": visits.page_names.gather(page),
            "sessions": sessions,
            "goals": goals,
            "all_sessions": everyone,
            "all_goals": all_goals,
        }
    )


def _count_by_page(visits: Visits, chosen: Bools) -> tuple[Ints, Ints]:
    """Count the sessions among some visits of each page, channel and page in one number."""
    key = visits.channel[chosen] * len(visits.page_names) + visits.page[chosen]
    return count_sessions(key, visits.session[chosen])
