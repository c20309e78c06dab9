"""Our ranking metrics against ranx's, on lists that hypothesis makes."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation import (
    mark_hits,
    measure_average_precision,
    measure_hit_rate,
    measure_ndcg,
    measure_precision,
    measure_recall,
    measure_reciprocal_rank,
)

with warnings.catch_warnings():
    # numba, inside ranx, warns of its own future.
    warnings.simplefilter("ignore")
    numba = pytest.importorskip("numba")
    # Compiling takes two minutes, running the same functions as plain Python a second.
    numba.config.DISABLE_JIT = True
    ranx = pytest.importorskip("ranx")

K = 5
OURS = {
    f"hit_rate@{K}": measure_hit_rate,
    f"mrr@{K}": measure_reciprocal_rank,
    f"ndcg@{K}": measure_ndcg,
    f"recall@{K}": measure_recall,
    f"precision@{K}": measure_precision,
    f"map@{K}": measure_average_precision,
}
NAMES = st.sampled_from("abcdefgh")
# ranx cannot take an empty list.
CASES = st.lists(
    st.tuples(st.lists(NAMES, unique=True, min_size=1, max_size=8), st.sets(NAMES, min_size=1)), min_size=1, max_size=5
)


@settings(max_examples=50, deadline=None)
@given(CASES)
def test_metrics_are_those_of_ranx(cases: list[tuple[list[str], set[str]]]) -> None:
    truths = ranx.Qrels({f"q{n}": dict.fromkeys(sorted(relevant), 1) for n, (_, relevant) in enumerate(cases)})
    run = ranx.Run(
        {f"q{n}": {name: 1 / (place + 1) for place, name in enumerate(ranked)} for n, (ranked, _) in enumerate(cases)}
    )
    theirs = ranx.evaluate(truths, run, list(OURS), return_mean=False)
    marks = mark_hits([ranked for ranked, _ in cases], [relevant for _, relevant in cases], K)
    for name, measure in OURS.items():
        np.testing.assert_allclose(measure(marks), theirs[name], err_msg=name)
