"""What a new policy would have earned, as a product owner is told before anybody sees it."""

import numpy as np
import polars as pl
import pytest

from evaluation import OffPolicyError, OffPolicySettings, PolicyEstimate, count_choices, estimate_policy
from tests.offers import draw_log, draw_policy

QUICK = OffPolicySettings(resamples=200)
LOG = """
    item | propensity | shown | clicked
    -----+------------+-------+--------
    A    | 0.8        | 4000  | 40
    B    | 0.2        | 1000  | 100
"""


def judge(log: str, policy: str, settings: OffPolicySettings = QUICK) -> dict[str, dict[str, object]]:
    told = PolicyEstimate.validate(estimate_policy(draw_log(log), draw_policy(policy), settings))
    return {row["estimator"]: row for row in told.rows(named=True)}


def test_a_policy_that_shows_more_of_what_is_clicked_would_have_earned_more() -> None:
    told = judge(LOG, """
        item | probability
        -----+------------
        A    | 0.2
        B    | 0.8
    """)  # fmt: skip
    assert told["ipw"]["own_value"] == pytest.approx(0.028)
    assert told["ipw"]["value"] == pytest.approx(0.2 * 0.01 + 0.8 * 0.1)
    assert told["ipw"]["ratio"] == pytest.approx(0.082 / 0.028)
    assert {name: row["verdict"] for name, row in told.items()} == {
        "ipw": "better", "snipw": "better", "dm": None, "dr": "better",
    }  # fmt: skip


def test_a_policy_that_shows_less_of_what_is_clicked_is_worse() -> None:
    told = judge(LOG, """
        item | probability
        -----+------------
        A    | 1
    """)  # fmt: skip
    assert told["snipw"]["value"] == pytest.approx(0.01)
    assert {row["verdict"] for name, row in told.items() if name != "dm"} == {"worse"}


def test_a_policy_like_the_one_in_place_is_not_shown_to_be_better() -> None:
    told = judge("""
        item | propensity | shown | clicked
        -----+------------+-------+--------
        A    | 0.8        | 4000  | 400
        B    | 0.2        | 1000  | 102
    """, """
        item | probability
        -----+------------
        A    | 0.5
        B    | 0.5
    """)  # fmt: skip
    assert told["ipw"]["ratio"] == pytest.approx(1.006, abs=0.001)
    assert {row["verdict"] for name, row in told.items() if name != "dm"} == {"not shown"}


def test_a_day_of_few_clicks_is_too_little_evidence_however_good_the_figure_looks() -> None:
    told = judge("""
        item | propensity | shown | clicked
        -----+------------+-------+--------
        A    | 0.8        | 160   | 1
        B    | 0.2        | 40    | 4
    """, """
        item | probability
        -----+------------
        B    | 1
    """)  # fmt: skip
    assert told["ipw"]["ratio"] == pytest.approx(4.0)
    assert {row["verdict"] for name, row in told.items() if name != "dm"} == {"too little evidence"}


def test_one_rare_item_does_not_carry_a_verdict() -> None:
    told = judge("""
        item | propensity | shown | clicked
        -----+------------+-------+--------
        A    | 0.99       | 4950  | 50
        B    | 0.01       | 50    | 20
    """, """
        item | probability
        -----+------------
        B    | 1
    """)  # fmt: skip
    assert told["ipw"]["effective"] == pytest.approx(50)
    assert told["ipw"]["ratio_low"] > 10
    assert told["ipw"]["verdict"] == "too little evidence"


def test_what_was_never_shown_is_refused_with_its_share() -> None:
    with pytest.raises(OffPolicyError, match=r"30.0% of what the new policy would show was never shown.*first"):
        judge(LOG, """
            item | probability
            -----+------------
            A    | 0.7
            C    | 0.3
        """)  # fmt: skip


def test_all_faults_of_a_log_and_a_policy_are_told_at_once() -> None:
    with pytest.raises(OffPolicyError) as refused:
        judge("""
            item | propensity | shown | clicked
            -----+------------+-------+--------
            A    | 0          | 2     | 1
            A    | 1.5        | 3     | 1
            A    |            | 4     | 1
        """, """
            item | probability
            -----+------------
            A    | 0.6
            B    | 0.3
        """)  # fmt: skip
    told = str(refused.value)
    assert "a propensity of 0 or less in 2 rows (the first: round 0" in told
    assert "a propensity above 1, or none that is a number in 3 rows (the first: round 2" in told
    assert "`propensity` of the log is missing in 4 rows (the first: round 5" in told
    assert "do not add up to 1 in 1 positions" in told
    assert "30.0% of what the new policy would show" in told


def test_nothing_logged_is_refused() -> None:
    policy = draw_policy("""
        item | probability
        -----+------------
        A    | 1
    """)
    with pytest.raises(OffPolicyError, match="nothing is logged: log what is shown"):
        estimate_policy(draw_log(LOG).clear(), policy, QUICK)


def test_a_policy_that_ran_elsewhere_is_read_off_its_own_log() -> None:
    elsewhere = draw_log("""
        item | propensity | shown | clicked
        -----+------------+-------+--------
        A    |            | 50    | 0
        B    |            | 150   | 0
    """)
    told = estimate_policy(draw_log(LOG), count_choices(elsewhere), QUICK)
    value = told.row(by_predicate=pl.col("estimator") == "ipw", named=True)["value"]
    assert value == pytest.approx(0.25 * 0.01 + 0.75 * 0.1)


def test_what_the_model_alone_foretells_claims_nothing_and_knows_the_channel() -> None:
    """Half of all visits click ten times as often, whatever is shown, and see A more often."""
    chance, visits = np.random.default_rng(3), 20_000
    app = chance.random(visits) < 0.5
    shows_a = chance.random(visits) < np.where(app, 0.9, 0.1)
    log = pl.DataFrame({
        "round": range(visits),
        "position": 1,
        "context": np.where(app, "app", "web"),
        "item_id": np.where(shows_a, "A", "B"),
        "propensity": np.where(app == shows_a, 0.9, 0.1),
        "clicked": chance.random(visits) < np.where(app, 0.2, 0.02),
    })  # fmt: skip
    always_a = pl.DataFrame({"context": ["app", "web"], "position": 1, "item_id": "A", "probability": 1.0})
    told = {row["estimator"]: row for row in estimate_policy(log, always_a, QUICK).rows(named=True)}
    assert told["dm"]["ratio"] == pytest.approx(1, abs=0.06)
    assert {name: row["verdict"] for name, row in told.items()} == {
        "ipw": "not shown", "snipw": "not shown", "dm": None, "dr": "not shown",
    }  # fmt: skip
