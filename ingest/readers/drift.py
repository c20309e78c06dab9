"""Drift: how a log's columns have moved away from what its mapping expects."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import polars as pl

FIELD, COLUMN = "\x1f", "\x1e"
"""Signs that no column's name holds: between the parts of a mark, and between the marks of a row."""

SAID = {
    "time": "column {column}: {spoilt:,} of {given:,} values {no} as a time",
    "number": "column {column}: {spoilt:,} of {given:,} values {no} as a number",
    "name": "column {column}: {spoilt:,} of {given:,} values are no event's name; add them to the mapping's `names`",
    "absent": "column {column} is not there: {field} is left empty",
    "left_out": "column {column} is left out, because its name says that it tells who somebody is; map it or drop it",
}


class Drift(NamedTuple):
    """How often one column was not as expected."""

    kind: str
    """time, number, name: values do not read; absent: mapped but not there; left_out: telling and not mapped."""
    column: str
    field: str
    """The field that is made of it."""
    spoilt: int
    """Rows with such a value."""
    given: int
    """Rows with any value."""


def mark_rows(kind: str, column: str, field: str = "") -> str:
    """Write a mark, by which a row says that a column is not as expected."""
    return FIELD.join((kind, column, field))


def find_drift(read: pl.DataFrame) -> tuple[Drift, ...]:
    """Count the marks of a batch that a reader has read (column `drift`); none where all is as expected."""
    if "drift" not in read.columns or read["drift"].null_count() == len(read):
        return ()
    counts = Counter[str]()
    for marks, rows in read["drift"].drop_nulls().value_counts().iter_rows():
        counts.update(dict.fromkeys(marks.split(COLUMN), rows))
    parted = [(mark.split(FIELD), rows) for mark, rows in sorted(counts.items())]
    return tuple(
        Drift(kind, column, field, rows, _count_read(read, field) + (rows if kind != "name" else 0))
        for (kind, column, field), rows in parted
    )


def say_drift(drifts: Iterable[Drift]) -> list[str]:
    """Say of each column once how it has drifted, the batches' counts summed, in the order of kind and column."""
    spoilt, given = Counter[tuple[str, str, str]](), Counter[tuple[str, str, str]]()
    for drift in drifts:
        key = (drift.kind, drift.column, drift.field)
        spoilt[key] += drift.spoilt
        given[key] += drift.given
    return [_say(*key, spoilt[key], given[key]) for key in sorted(spoilt)]


def _say(kind: str, column: str, field: str, spoilt: int, given: int) -> str:
    no = "no longer read" if spoilt * 2 > given else "do not read"
    return SAID[kind].format(column=column, field=field, spoilt=spoilt, given=given, no=no)


def _count_read(read: pl.DataFrame, field: str) -> int:
    return len(read) - read[field].null_count() if field in read.columns else 0
