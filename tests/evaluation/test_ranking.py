import doctest

import pytest

import evaluation.ranking
from evaluation import mark_hits, measure_coverage, measure_hit_rate


def test_examples() -> None:
    results = doctest.testmod(evaluation.ranking)
    assert (results.failed, results.attempted >= 16) == (0, True)


def test_a_repeated_answer_counts_once_at_its_first_place() -> None:
    assert mark_hits([["a", "a", "b"]], [["a", "b", "b"]], k=3).hits.tolist() == [[True, False, True]]
    assert mark_hits([["a"]], [["a", "b", "b"]], k=3).relevant.tolist() == [2]


def test_no_cases_give_no_figures() -> None:
    assert measure_hit_rate(mark_hits([], [], k=5)).tolist() == []


def test_a_case_in_which_nothing_was_right_is_refused() -> None:
    with pytest.raises(ValueError, match=r"case 1.*leave the case out"):
        mark_hits([["a"], ["b"]], [{"a"}, set()], k=1)


@pytest.mark.parametrize(("answers", "k"), [([["a"], ["b"]], 1), ([["a"]], 0)])
def test_answers_and_cases_must_match(answers: list[list[str]], k: int) -> None:
    with pytest.raises(ValueError, match="one answer a case"):
        mark_hits(answers, [{"a"}], k)


def test_an_item_that_is_not_for_sale_covers_nothing() -> None:
    assert measure_coverage([["gone", "plan"]], ["plan", "pack"], k=2) == 0.5
    assert measure_coverage([["gone"]], [], k=2) == 0
