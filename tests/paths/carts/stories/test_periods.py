import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import hypergeom

from paths.carts.stories.periods import find_period

counted = st.lists(
    st.integers(0, 6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=1, max_size=12
)


def likelihood(hits: int, trials: int) -> float:
    return sum(k * np.log(k / trials) for k in (hits, trials - hits) if k)


def scan_plainly(hits: list[int], trials: list[int]) -> list[tuple[int, int, float]]:
    """Look at every period above the rest, one after the other: its first day, its end and its strength."""
    told, total, every = [], sum(trials), sum(hits)
    for length in range(1, len(trials) // 2 + 1):
        for first in range(len(trials) - length + 1):
            n, c = sum(trials[first : first + length]), sum(hits[first : first + length])
            if c * total > n * every:
                rest = likelihood(every - c, total - n)
                told.append((first, first + length, likelihood(c, n) + rest - likelihood(every, total)))
    return told


def weigh_median(values: list[int], weights: list[float]) -> int:
    pairs = sorted(zip(values, weights, strict=True))
    return next(
        value for place, (value, _) in enumerate(pairs) if 2 * sum(w for _, w in pairs[: place + 1]) >= sum(weights)
    )


@settings(deadline=None, max_examples=100)
@given(counted)
def test_the_period_is_the_middle_one_of_those_that_a_look_at_each_finds(days: list[tuple[int, int]]) -> None:
    hits, trials = (list(column) for column in zip(*days, strict=True))
    found = find_period(np.array(hits), np.array(trials))
    looked = scan_plainly(hits, trials)
    if found is None:
        assert max((strength for *_, strength in looked), default=0) == pytest.approx(0)
        return
    assert (found.hits, found.trials) == (sum(hits[found.first : found.end]), sum(trials[found.first : found.end]))
    assert found.strength == pytest.approx(
        next(s for first, end, s in looked if (first, end) == (found.first, found.end))
    )
    assert found.strength > max(strength for *_, strength in looked) - 1.93
    assert found.earliest <= found.first < found.end <= found.latest


def test_a_lucky_day_at_its_edge_does_not_cut_a_period_short() -> None:
    """Days 4 to 13 fail. The likeliest period ends before, as a day went well; the middle one does not."""
    hits = np.array([0, 2, 0, 0, 3, 1, 2, 2, 1, 1, 3, 3, 1, 1, 1, 1, 0, 0, 0, 0, 0, 1, 1, 0, 1, 0, 0, 0])
    found = find_period(hits, np.full(28, 3))
    assert found is not None
    looked = [period for period in scan_plainly(hits.tolist(), [3] * 28) if period[0] < 10 and period[1] > 4]
    near = [period for period in looked if period[2] > max(looked, key=lambda p: p[2])[2] - 1.92]
    assert max(looked, key=lambda period: period[2])[:2] == (4, 12)
    weights = [np.exp(strength) for *_, strength in near]
    assert found.first == weigh_median([first for first, *_ in near], weights)
    assert found.end == weigh_median([end for _, end, _ in near], weights)
    assert (found.first, found.end) == (4, 14)


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
