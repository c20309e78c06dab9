import numpy as np
import pytest
from scipy.stats import fisher_exact

from paths.evidence import compare_shares


def test_the_interval_is_newcombes() -> None:
    """Newcombe, 1998, table II: 56/70 against 48/80, method 10."""
    told = compare_shares(56, 70, 48, 80)
    assert (round(told.low.item(), 4), round(told.high.item(), 4)) == (0.0524, 0.3339)


def test_equal_groups_do_not_differ() -> None:
    told = compare_shares([5, 50_000], [10, 100_000], [5, 50_000], [10, 100_000])
    assert told.difference.tolist() == [0, 0]
    assert told.p_value.tolist() == [1, 1]


@pytest.mark.parametrize("counts", [(0, 0, 3, 5), (3, 5, 0, 0), (0, 4, 0, 9), (4, 4, 9, 9)])
def test_what_cannot_differ_is_no_evidence(counts: tuple[int, int, int, int]) -> None:
    assert compare_shares(*counts).p_value.item() == 1


def test_small_counts_are_tested_exactly() -> None:
    """The mid-p lies below Fisher's p by half the chance of just this table, on each side."""
    theirs = fisher_exact([[4, 0], [1, 5]], alternative="greater").pvalue
    assert compare_shares(4, 4, 1, 6).p_value.item() == pytest.approx(2 * (theirs - theirs / 2))


def test_errors_of_the_first_kind_are_as_many_as_promised() -> None:
    chance = np.random.default_rng(1)
    trials = chance.integers(20, 400, (2, 20_000))
    hits = chance.binomial(trials, 0.15)
    p_values = compare_shares(hits[0], trials[0], hits[1], trials[1]).p_value
    assert 0.04 < (p_values < 0.05).mean() < 0.056
