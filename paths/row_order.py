"""Sorting of integer rows by packing each row into one 64-bit key."""

from collections.abc import Sequence

import numpy as np

from paths.numbering import Ints


def sort_rows(columns: Sequence[Ints]) -> list[Ints]:
    """Sort rows by the first column, then the second, and so on; columns hold numbers from 0 up.

    Where a row fits into 63 bits the whole row is the key: one plain sort, nothing to carry along.
    """
    widths = [int(column.max(initial=0)).bit_length() for column in columns]
    if sum(widths) > 63:
        order = np.lexsort(columns[::-1])
        return [column[order] for column in columns]
    return _unpack(np.sort(_pack(columns, widths)), widths)


def order_rows(columns: Sequence[Ints]) -> Ints | slice:
    """Find the order that sorts the rows, ties as they stand; everything as it is when they are sorted already."""
    widths = [int(column.max(initial=0)).bit_length() for column in columns]
    if sum(widths) > 63:
        return np.lexsort(columns[::-1])
    keys = _pack(columns, widths)
    return slice(None) if (keys[1:] >= keys[:-1]).all() else np.argsort(keys, kind="stable")


def _pack(columns: Sequence[Ints], widths: Sequence[int]) -> Ints:
    keys = np.zeros_like(columns[0])
    for column, width in zip(columns, widths, strict=True):
        keys = (keys << width) | column
    return keys


def _unpack(keys: Ints, widths: Sequence[int]) -> list[Ints]:
    columns = []
    for width in reversed(widths):
        columns.append(keys & ((1 << width) - 1))
        keys = keys >> width
    return columns[::-1]
