"""Sources: where lines come from, and what becomes of them."""

from collections.abc import Callable
from typing import NamedTuple

import dataframely as dy
import msgspec
import polars as pl

from ingest.lines import Line

Reader = Callable[[dy.DataFrame[Line]], pl.DataFrame]
"""Reads lines into the fields it understands, with `reason` where it does not."""


class Recipe(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the lines of a source were read, so that a line put aside can be read again."""

    format: str
    """The format that was chosen; never `auto`."""
    channel: str | None = None
    """The channel of lines that do not tell their own."""
    map: str | None = None
    """The mapping file, as it was passed."""
    columns: list[str] = []
    """The columns that the header of a CSV names; empty where there was none."""
    encoding: str = "utf-8"
    zone: str | None = None
    """The zone of times that carry no offset; null where the format or the mapping says it."""


class Source(NamedTuple):
    """Where a batch of lines comes from."""

    name: str
    fingerprint: str
    """Keyed hash of its first line, under a header of that too: a renamed or packed copy has the same, another log
    has not."""
    format: str
    channel: str | None = None
    """The channel of lines that do not tell their own."""
    zone: str = "UTC"
    """The zone of times that carry no offset, where neither the format nor the mapping says it."""
    recipe: str = ""
    """How its lines were read, as JSON (`Recipe`)."""


def write_recipe(recipe: Recipe) -> str:
    """Write a recipe as JSON; equal recipes give equal text."""
    return msgspec.json.encode(recipe, order="sorted").decode()


def read_recipe(text: str) -> Recipe:
    """Read a recipe again; the empty text of a source that has none is a recipe of no format."""
    return msgspec.json.decode(text, type=Recipe) if text else Recipe("")
