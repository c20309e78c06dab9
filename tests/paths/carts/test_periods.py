import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import hypergeom

from paths.carts.periods import find_period

counted = st.lists(
    st.integers(0, 6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=1, max_size=12
)


def likelihood(hits: int, trials: int) -> float:
    return sum(k * np.log(k / trials) for k in (hits, trials - hits) if k)


def scan_plainly(hits: list[int], trials: list[int]) -> float:
    """Look at every period, one after the other, and tell the greatest strength."""
    best, total, every = 0.0, sum(trials), sum(hits)
    for length in range(1, len(trials) // 2 + 1):
        for first in range(len(trials) - length + 1):
            n, c = sum(trials[first : first + length]), sum(hits[first : first + length])
            if c * total > n * every:
                rest = likelihood(every - c, total - n)
                best = max(best, likelihood(c, n) + rest - likelihood(every, total))
    return best


@settings(deadline=None, max_examples=100)
@given(counted)
def test_the_period_is_the_one_that_a_look_at_each_finds(days: list[tuple[int, int]]) -> None:
    hits, trials = (list(column) for column in zip(*days, strict=True))
    found = find_period(np.array(hits), np.array(trials))
    strength = scan_plainly(hits, trials)
    if found is None:
        assert strength == pytest.approx(0)
    else:
        assert found.strength == pytest.approx(strength)
        assert (found.hits, found.trials) == (sum(hits[found.first : found.end]), sum(trials[found.first : found.end]))
        assert found.earliest <= found.first < found.end <= found.latest


def test_the_chance_is_bounded_by_the_tail_times_the_periods() -> None:
    found = find_period(np.array([0, 0, 5, 0]), np.array([5, 5, 5, 5]))
    assert found is not None
    assert found.windows == 4 + 3
    assert found.chance == pytest.approx(7 * hypergeom.sf(4, 20, 5, 5))


@pytest.mark.parametrize("hits", [[0, 0, 0, 0], [5, 5, 5, 5], [1, 1, 1, 1]])
def test_days_that_are_all_alike_hold_no_period(hits: list[int]) -> None:
    assert find_period(np.array(hits), np.array([5, 5, 5, 5])) is None


def test_where_nothing_happens_the_chance_keeps_its_promise() -> None:
    random = np.random.default_rng(1)
    trials = random.integers(0, 20, (300, 28))
    found = [find_period(random.binomial(row, 0.2), row) for row in trials]
    assert np.mean([period is not None and period.chance <= 0.05 for period in found]) <= 0.05
