"""Sources: where lines come from, and what becomes of them."""

from collections.abc import Callable
from typing import NamedTuple

import dataframely as dy
import polars as pl

from ingest.lines import Line

Reader = Callable[[dy.DataFrame[Line]], pl.DataFrame]
"""Reads lines into the fields it understands, with `reason` where it does not."""


class Source(NamedTuple):
    """Where a batch of lines comes from."""

    name: str
    fingerprint: str
    """Keyed hash of its first line: a renamed or packed copy has the same, another log has not."""
    format: str
    channel: str | None = None
    """The channel of lines that do not tell their own."""
