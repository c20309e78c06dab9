"""Numbers stand for names."""

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from paths.rows.numbering import mark_run_ends, mark_runs, number_values


@given(st.lists(st.sampled_from(["", "ann", "bob", "安", "cat"])))
def test_each_row_finds_its_name_again_and_each_name_stands_once(values: list[str]) -> None:
    numbered = number_values(pl.Series(values, dtype=pl.String))
    assert numbered.names.gather(numbered.codes).to_list() == values
    assert sorted(numbered.names.to_list()) == sorted(set(values))


def test_runs_begin_and_end_where_values_change() -> None:
    values = np.array([7, 7, 1, 7])
    assert mark_runs(values).tolist() == [True, False, True, True]
    assert mark_run_ends(values).tolist() == [False, True, True, True]
    assert mark_runs(values[:0]).size == mark_run_ends(values[:0]).size == 0
