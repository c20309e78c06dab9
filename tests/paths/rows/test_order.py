"""Rows sort the same whether they fit into one key, need buckets, or neither."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paths.rows.order import order_rows, sort_rows

WIDTHS = {"one key": (4, 6, 2), "buckets": (7, 60, 2), "column by column": (40, 60, 2)}


def draw_columns(widths: tuple[int, ...], seed: int, rows: int) -> list[np.ndarray]:
    random = np.random.default_rng(seed)
    few = [random.integers(0, 1 << width, 5) for width in widths]
    columns = [random.choice(values, rows) for values in few]
    return [np.append(column, (1 << width) - 1) for column, width in zip(columns, widths, strict=True)]


@pytest.mark.parametrize("widths", WIDTHS.values(), ids=WIDTHS)
@given(seed=st.integers(0, 1000), rows=st.integers(0, 40))
def test_rows_are_sorted_by_their_columns_in_turn(widths: tuple[int, ...], seed: int, rows: int) -> None:
    columns = draw_columns(widths, seed, rows)
    expected = sorted(zip(*(column.tolist() for column in columns), strict=True))
    assert list(zip(*(column.tolist() for column in sort_rows(columns)), strict=True)) == expected


@pytest.mark.parametrize("widths", WIDTHS.values(), ids=WIDTHS)
@given(seed=st.integers(0, 1000), rows=st.integers(0, 40))
def test_the_order_sorts_the_rows_and_leaves_ties_as_they_stand(widths: tuple[int, ...], seed: int, rows: int) -> None:
    columns = draw_columns(widths, seed, rows)
    order = np.arange(rows + 1)[order_rows(columns)]
    assert order.tolist() == sorted(range(rows + 1), key=lambda row: tuple(int(column[row]) for column in columns))


def test_no_rows_are_sorted() -> None:
    nothing = [np.zeros(0, np.int64)] * 3
    assert [column.size for column in sort_rows(nothing)] == [0, 0, 0]
