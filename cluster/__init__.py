"""Cluster holds the steps that shrink billions of rows, written once for polars, DuckDB and (not tested yet) Spark."""

from cluster.levels import reach_levels
from cluster.sessions import number_sessions
from cluster.transitions import count_transitions

__all__ = ["count_transitions", "number_sessions", "reach_levels"]
