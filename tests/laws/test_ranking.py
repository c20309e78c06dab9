"""What is true of every metric, whatever the lists."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation import (
    Marks,
    mark_hits,
    measure_average_precision,
    measure_coverage,
    measure_hit_rate,
    measure_ndcg,
    measure_precision,
    measure_recall,
    measure_reciprocal_rank,
)

Measure = Callable[[Marks], np.ndarray]

METRICS = [
    measure_hit_rate,
    measure_reciprocal_rank,
    measure_ndcg,
    measure_recall,
    measure_precision,
    measure_average_precision,
]
NAMES = st.sampled_from("abcdefgh")
RANKED = st.lists(NAMES, unique=True, max_size=8)
RELEVANT = st.sets(NAMES, min_size=1)
PLACES = st.integers(1, 10)

every_metric = pytest.mark.parametrize("measure", METRICS, ids=lambda measure: measure.__name__)


@every_metric
@given(ranked=st.lists(NAMES, max_size=10), relevant=RELEVANT, k=PLACES)
def test_a_metric_lies_between_0_and_1_even_if_a_list_repeats_itself(
    measure: Measure, ranked: list[str], relevant: set[str], k: int
) -> None:
    assert 0 <= measure(mark_hits([ranked], [relevant], k))[0] <= 1 + 1e-12


@every_metric
@given(ranked=RANKED, relevant=RELEVANT, k=PLACES)
def test_what_stands_below_the_k_places_does_not_matter(
    measure: Measure, ranked: list[str], relevant: set[str], k: int
) -> None:
    whole, cut = (measure(mark_hits([names], [relevant], k)) for names in (ranked, ranked[:k]))
    assert whole.tolist() == cut.tolist()


@every_metric
@given(ranked=RANKED, relevant=RELEVANT, k=PLACES, data=st.data())
def test_moving_a_right_answer_up_never_harms(
    measure: Measure, ranked: list[str], relevant: set[str], k: int, data: st.DataObject
) -> None:
    right = [place for place, name in enumerate(ranked) if name in relevant and place > 0]
    if not right:
        return
    place = data.draw(st.sampled_from(right))
    better = ranked.copy()
    better[place - 1], better[place] = better[place], better[place - 1]
    assert measure(mark_hits([better], [relevant], k))[0] >= measure(mark_hits([ranked], [relevant], k))[0]


@every_metric
@given(relevant=RELEVANT, k=PLACES)
def test_nothing_right_scores_nothing(measure: Measure, relevant: set[str], k: int) -> None:
    assert measure(mark_hits([[]], [relevant], k)).tolist() == [0.0]
    assert measure(mark_hits([["x", "y"]], [relevant], k)).tolist() == [0.0]


@given(relevant=RELEVANT, k=PLACES)
def test_the_best_list_scores_1_where_1_is_in_reach(relevant: set[str], k: int) -> None:
    marks = mark_hits([sorted(relevant)], [relevant], k)
    assert measure_ndcg(marks)[0] == pytest.approx(1)
    assert measure_hit_rate(marks)[0] == measure_reciprocal_rank(marks)[0] == 1
    assert measure_recall(marks)[0] == pytest.approx(min(k, len(relevant)) / len(relevant))


@given(st.lists(st.tuples(RANKED, RELEVANT), min_size=1, max_size=6), PLACES)
def test_each_case_is_measured_as_if_it_were_alone(cases: list[tuple[list[str], set[str]]], k: int) -> None:
    together = mark_hits([ranked for ranked, _ in cases], [relevant for _, relevant in cases], k)
    for measure in METRICS:
        alone = [measure(mark_hits([ranked], [relevant], k))[0] for ranked, relevant in cases]
        assert measure(together).tolist() == alone


@given(st.lists(RANKED, max_size=5), PLACES)
def test_coverage_grows_with_k(ranked: list[list[str]], k: int) -> None:
    assert measure_coverage(ranked, set("abcdefgh"), k) <= measure_coverage(ranked, set("abcdefgh"), k + 1) <= 1
