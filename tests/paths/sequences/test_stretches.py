"""Stretches are equal where their packs are, and sort as their codes do."""

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from paths.sequences.stretches import MOST_STEPS, name_stretches, pack_stretches

stretches = st.lists(st.lists(st.integers(0, 40), min_size=1, max_size=70), min_size=1, max_size=20)


@given(stretches, st.sampled_from([1, 1_000, 10**15]))
def test_packs_sort_as_the_stretches_do(walks: list[list[int]], factor: int) -> None:
    codes = np.array([code * factor for walk in walks for code in walk])
    lengths = np.array([len(walk) for walk in walks])
    packs = pack_stretches(codes, np.cumsum(lengths) - lengths, lengths)
    keys = [(walk[:MOST_STEPS], len(walk) > MOST_STEPS) for walk in walks]
    by_packs = packs.with_row_index("row").sort(*packs.columns, "row")["row"].to_list()
    assert [keys[row] for row in by_packs] == sorted(keys)
    assert len(packs.unique()) == len({(tuple(walk), more) for walk, more in keys})


def test_a_stretch_is_named_step_by_step() -> None:
    names = pl.Series(["a", "b"])
    codes = np.array([0, 1, 1, 0])
    assert name_stretches(names, codes, np.array([2, 0]), np.array([2, 3])).to_list() == [["b", "a"], ["a", "b", "b"]]
    none = np.array([], np.int64)
    assert name_stretches(names, codes, none, none).to_list() == []
