"""Robots: flagged with a reason, never dropped."""

import functools
import json
from importlib import resources

import polars as pl

from ingest.distinct import judge_distinct


def flag_robots(records: pl.DataFrame) -> pl.DataFrame:
    """Add `robot`: why a record's agent is no person, or null.

    Reasons: `known_agent` (a pattern of crawler-user-agents matches, on distinct agents only), `no_agent` (the log
    has a place for the agent and it is empty). A log without agents flags nobody.
    """
    return records.hstack(judge_distinct(records["user_agent"], _judge_agents))


def _judge_agents(agents: pl.Series) -> pl.DataFrame:
    agent = pl.col("agent")
    known = (
        pl.when(agent == "")
        .then(pl.lit("no_agent"))
        .when(agent.str.contains(_known_agents()))
        .then(pl.lit("known_agent"))
    )
    return agents.to_frame("agent").select(robot=known)


@functools.cache
def _known_agents() -> str:
    """Return every pattern of crawler-user-agents as one regular expression."""
    listed = json.loads(resources.files("crawleruseragents").joinpath("crawler-user-agents.json").read_text())
    return "|".join(f"(?:{entry['pattern']})" for entry in listed)
