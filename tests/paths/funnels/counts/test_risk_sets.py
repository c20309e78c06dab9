"""Each convert is held against those who had done as many things."""

from math import exp, inf, log, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

from paths.evidence import FEW, compare_shares
from paths.funnels.counts.risk_sets import Pace, RiskSets
from serving import Z_95

Way = tuple[int, bool, int | None]
"""How many actions an entrant did, whether they converted next, and by which action they had something."""


def compare(ways: list[Way]) -> Pace | None:
    after, converted, _ = (np.array(part) for part in zip(*ways, strict=True))
    who = np.array([place for place, (_, _, had) in enumerate(ways) if had is not None], np.int64)
    had_after = np.array([had for _, _, had in ways if had is not None], np.int64)
    return RiskSets.gather(after, converted).compare(who, had_after, converted.astype(bool)[who])


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.booleans(), st.sampled_from([0, 1, 2, 3, 4, None])), min_size=30, max_size=60
    )
)
def test_counting_point_by_point_gives_the_same(ways: list[Way]) -> None:
    """The log-rank sums, written out: at each point, look at everybody who came there."""
    seen = expected = variance = others = total = 0.0
    for point in sorted({after for after, converted, _ in ways if converted}):
        there = [(after == point and converted, had) for after, converted, had in ways if after >= point]
        having = [converts for converts, had in there if had is not None and had <= point]
        n, d, share = len(there), sum(converts for converts, _ in there), len(having) / len(there)
        seen, expected, total = seen + sum(having), expected + d * share, total + d
        variance += d * share * (1 - share) * (n - d) / max(n - 1, 1)
        others += d * (len(having) - sum(having)) / max(n - d, 1)
    pace = compare(ways)
    if min(expected, total - expected) < FEW or variance == 0:
        assert pace is None
        return
    assert pace is not None
    assert pace.share_of_converts == pytest.approx(seen / total)
    assert pace.share_of_others == pytest.approx(others / total)
    assert pace.p_value == pytest.approx(chi2.sf((seen - expected) ** 2 / variance, 1))
    assert pace.low <= pace.ratio <= pace.high
    assert (pace.low <= 1 <= pace.high) == (abs(seen - expected) <= Z_95 * sqrt(variance) * (1 + 1e-9))


def test_what_was_had_from_the_beginning_is_the_comparison_of_two_shares() -> None:
    """At one point, the log-rank test is the N − 1 chi-square test of the same four numbers."""
    pace = compare([(0, n < 30, 0 if 20 <= n < 60 else None) for n in range(100)])
    assert pace is not None
    assert pace.p_value == pytest.approx(compare_shares(10, 30, 30, 70).p_value.item())
    assert pace.ratio == pytest.approx((10 / 40) / (20 / 60))


def test_what_came_after_the_last_action_does_not_count() -> None:
    ways: list[Way] = [(7, n < 30, 3 if 20 <= n < 60 else None) for n in range(100)]
    too_late: list[Way] = [(7, n < 30, 3 if 20 <= n < 60 else 8) for n in range(100)]
    assert compare(ways) == compare(too_late)


def simulate(seed: int, ratio: float, entrants: int = 400) -> Pace:
    """Entrants who convert after each action with a chance, greater by a ratio once they had something, or leave."""
    chance = np.random.default_rng(seed)
    had = chance.geometric(0.2, entrants)
    ways: list[Way] = []
    for first in had.tolist():
        action = 1
        while (odds := chance.random()) >= 0.03 * (ratio if action >= first else 1) and chance.random() > 0.1:
            action += 1
        ways.append((action, bool(odds < 0.03 * (ratio if action >= first else 1)), first))
    pace = compare(ways)
    assert pace is not None
    return pace


def test_a_known_ratio_is_found_and_its_interval_holds_it_as_often_as_it_says() -> None:
    found = [simulate(seed, ratio=3.0) for seed in range(200)]
    assert 0.92 < np.mean([pace.low <= 3 <= pace.high for pace in found]) < 0.985
    assert log(3) == pytest.approx(np.mean([log(pace.ratio) for pace in found]), abs=0.05)


def test_without_an_effect_one_in_twenty_looks_like_one() -> None:
    found = [simulate(seed, ratio=1.0).p_value for seed in range(400)]
    assert 0.025 < np.mean(np.array(found) < 0.05) < 0.08


def test_what_all_converts_had_and_nobody_else_has_no_upper_bound() -> None:
    pace = compare([(7, n < 30, 1 if n < 30 else None) for n in range(100)])
    assert pace is not None
    assert (pace.ratio, pace.high) == (inf, inf)
    assert pace.low > exp(2)


def test_what_no_convert_had_has_a_ratio_of_nothing_and_an_upper_bound() -> None:
    pace = compare([(7, n < 30, 1 if 40 <= n < 80 else None) for n in range(100)])
    assert pace is not None
    assert (pace.ratio, pace.low) == (0, 0)
    assert 0 < pace.high < 1


def test_too_few_are_no_evidence() -> None:
    assert compare([(7, n < 8, 1 if n % 2 else None) for n in range(16)]) is None
    nobody = np.zeros(0, np.int64)
    assert RiskSets.gather([], []).compare(nobody, nobody, nobody.astype(bool)) is None
