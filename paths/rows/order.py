"""Sorting of integer rows by packing each row into one 64-bit key."""

from collections.abc import Sequence

import numpy as np

from paths.rows.numbering import Ints

KEY_BITS = 63
MOST_BUCKETS = 256
"""Beyond this, one look at all rows for each bucket costs more than sorting column by column."""


def sort_rows(columns: Sequence[Ints]) -> list[Ints]:
    """Sort rows by the first column, then the second, and so on; columns hold numbers from 0 up.

    The whole row is the key, so that one plain sort does it and nothing is carried along. Rows that need more than 63
    bits are sorted in buckets of like first columns, whose high bits are known.
    """
    widths = _measure_widths(columns)
    free = KEY_BITS - sum(widths[1:])
    if free < 0 or widths[0] - free > MOST_BUCKETS.bit_length() - 1:
        order = np.lexsort(columns[::-1])
        return [column[order] for column in columns]
    if widths[0] <= free:
        return _unpack(np.sort(_pack(columns, widths)), widths)
    parts = [_sort_bucket(columns, number, free) for number in range((int(columns[0].max()) >> free) + 1)]
    return [np.concatenate(column) for column in zip(*parts, strict=True)]


def order_rows(columns: Sequence[Ints]) -> Ints | slice:
    """Find the order that sorts the rows, ties as they stand; everything as it is when they are sorted already."""
    widths = _measure_widths(columns)
    if sum(widths) > KEY_BITS:
        return np.lexsort(columns[::-1])
    keys = _pack(columns, widths)
    return slice(None) if (keys[1:] >= keys[:-1]).all() else np.argsort(keys, kind="stable")


def _sort_bucket(columns: Sequence[Ints], number: int, free: int) -> list[Ints]:
    """Sort the rows whose first columns have `number` above their `free` low bits."""
    rows = columns[0] >> free == number
    low, *others = sort_rows([columns[0][rows] & ((1 << free) - 1), *(column[rows] for column in columns[1:])])
    return [low | (number << free), *others]


def _measure_widths(columns: Sequence[Ints]) -> list[int]:
    return [int(column.max(initial=0)).bit_length() for column in columns]


def _pack(columns: Sequence[Ints], widths: Sequence[int]) -> Ints:
    keys = columns[0].copy()
    for column, width in zip(columns[1:], widths[1:], strict=True):
        keys <<= width
        keys |= column
    return keys


def _unpack(keys: Ints, widths: Sequence[int]) -> list[Ints]:
    columns = []
    for width in reversed(widths):
        columns.append(keys & ((1 << width) - 1))
        keys = keys >> width
    return columns[::-1]
