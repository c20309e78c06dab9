"""Faults of filters: unknown events, channels and columns with the nearest names, tests that nothing passes."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

import polars as pl

from ingest import CHANNELS, EVENT_NAMES, Sessioned
from paths.funnels.filters import Condition, EventFilter

COLUMNS = {name: column.dtype for name, column in Sessioned.columns().items()}
TEXTS = [name for name, dtype in COLUMNS.items() if dtype == pl.String]
NUMBERS = [name for name, dtype in COLUMNS.items() if dtype.is_numeric()]


def find_filter_faults(wanted: EventFilter, place: str) -> Iterator[str]:
    """Find every fault of a filter that stands at a place of the funnel."""
    if wanted.event and wanted.event not in EVENT_NAMES:
        yield f"{place} waits for an unknown event {wanted.event!r}: {_suggest(wanted.event, EVENT_NAMES)}"
    if wanted.channel is not None and wanted.channel not in CHANNELS:
        yield f"{place} waits on an unknown channel {wanted.channel!r}: choose {either(CHANNELS)}."
    for condition in wanted.where:
        yield from _find_condition_faults(condition, f"{place}, where")


def _find_condition_faults(condition: Condition, place: str) -> Iterator[str]:
    column = condition.column
    numeric = condition.at_least is not None or condition.at_most is not None
    textual = condition.is_in is not None or condition.is_not is not None
    if not numeric and not textual:
        yield f"{place} tests nothing of {column!r}: give at_least, at_most, is_in or is_not."
    if numeric and not textual:
        yield from find_column_fault(place, column, NUMBERS, "a column of numbers")
    elif numeric:
        yield from find_column_fault(place, column, [], "a column of both text and numbers")
    else:
        yield from find_column_fault(place, column, TEXTS, "a column of text")
    if condition.is_in == ():
        yield f"{place} lets no value of {column!r} pass: name some in is_in."
    least, most = condition.at_least, condition.at_most
    if (least is not None and least != least) or (most is not None and most != most):
        yield f"{place} compares {column!r} with no number: give one."
    elif least is not None and most is not None and least > most:
        yield f"{place} lets no value of {column!r} pass: let at_least be at most at_most."


def find_column_fault(place: str, column: str, known: list[str], kind: str) -> Iterator[str]:
    """Find whether a column is not one of those known, which are of one kind."""
    if column not in COLUMNS:
        yield f"{place} names an unknown column {column!r}: {_suggest(column, known or COLUMNS)}"
    elif column not in known:
        yield f"{place} names {column!r}, which is not {kind}: " + (
            f"choose {either(known)}." if known else "test one."
        )


def either(words: Iterable[str]) -> str:
    """List words as choices."""
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last


def _suggest(word: str, known: Iterable[str]) -> str:
    near = get_close_matches(word, sorted(known), n=3, cutoff=0.5) or sorted(known)
    return f"did you mean {either(near)}?"
