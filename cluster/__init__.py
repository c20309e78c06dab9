"""Cluster holds the steps that shrink billions of rows, written once for an operator's own engine.

They are Narwhals pipelines over lazy tables: nothing is read before the engine runs them. Today's tests run them on
polars and on DuckDB, where they must equal the fast kernels of `ingest` and `paths`. PySpark offers every operation
that is used here, but no test has run them on it yet.
"""

from cluster.levels import reach_levels
from cluster.sessions import number_sessions
from cluster.transitions import count_transitions

__all__ = ["count_transitions", "number_sessions", "reach_levels"]
