import doctest

import pytest

import evaluation.off_policy.verdict
from evaluation import OffPolicySettings
from evaluation.off_policy.verdict import judge_ratio


def test_examples() -> None:
    assert doctest.testmod(evaluation.off_policy.verdict).failed == 0


@pytest.mark.parametrize(
    ("low", "high", "effective", "clicks", "verdict"),
    [
        (1.01, 3.0, 100, 30, "better"),
        (1.01, 3.0, 99, 30, "too little evidence"),
        (1.01, 3.0, 100, 29.9, "too little evidence"),
        (0.2, 0.99, 100, 30, "worse"),
        (0.2, 1.0, 100, 30, "not shown"),
        (1.0, 1.19, 100, 30, "not shown"),
        (0.9, 1.2, 100, 30, "too little evidence"),
        (None, None, 100, 30, "too little evidence"),
    ],
)
def test_the_rule(low: float | None, high: float | None, effective: float, clicks: float, verdict: str) -> None:
    assert judge_ratio(low, high, effective, clicks, OffPolicySettings()) == verdict


def test_wrong_settings_are_refused_with_all_their_faults() -> None:
    wrong = r"`least_clicks` is 0: give 1.*`folds` is 1: give 2.*`notable_gain` is 0.*`most_unsupported` is 2.*`confidence` is 1"
    with pytest.raises(ValueError, match=wrong):
        OffPolicySettings(least_clicks=0, folds=1, notable_gain=0, most_unsupported=2, confidence=1)
