"""Robots: flagged with a reason, never dropped."""

import functools
import json
from importlib import resources

import polars as pl


def flag_robots(records: pl.DataFrame) -> pl.DataFrame:
    """Add `robot`: why a record's agent is no person, or null.

    Reasons: `known_agent` (a pattern of crawler-user-agents matches, on distinct agents only), `no_agent` (the log
    has a place for the agent and it is empty). A log without agents flags nobody.
    """
    agents = records.select("user_agent").unique().drop_nulls()
    flagged = agents.with_columns(
        robot=pl.when(pl.col("user_agent") == "").then(pl.lit("no_agent"))
        .when(pl.col("user_agent").str.contains(_known_agents())).then(pl.lit("known_agent"))
    )  # fmt: skip
    return records.join(flagged, on="user_agent", how="left", maintain_order="left")


@functools.cache
def _known_agents() -> str:
    """Return every pattern of crawler-user-agents as one regular expression."""
    listed = json.loads(resources.files("crawleruseragents").joinpath("crawler-user-agents.json").read_text())
    return "|".join(f"(?:{entry['pattern']})" for entry in listed)
