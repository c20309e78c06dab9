"""Off-policy estimates on Open Bandit's real log: random → BTS, all.

The log was made by a policy that shows 80 items at random; what BTS (Bernoulli Thompson sampling) shows is read off its own
log of the same days. The figures that its makers publish (.004553, 1.198126) come out of a simulation of BTS whose
parameters are not in the data, so that they cannot be met here.
"""

from pathlib import Path

import polars as pl
import pytest

from evaluation import OffPolicySettings, PolicyEstimate, count_choices, estimate_policy


def read_log(folder: Path, policy: str) -> pl.DataFrame:
    rows = pl.read_csv(folder / f"open_bandit_small/{policy}/all/all.csv.gz")
    return rows.select(
        "position",
        round=pl.col(""),
        context=pl.lit("all"),
        item_id=pl.col("item_id").cast(pl.String),
        propensity="propensity_score",
        clicked=pl.col("click") == 1,
    )


@pytest.fixture(scope="module")
def told(data_dir: Path) -> dict[str, dict[str, float]]:
    shares = count_choices(read_log(data_dir, "bts"))
    estimates = estimate_policy(read_log(data_dir, "random"), shares, OffPolicySettings())
    return {row["estimator"]: row for row in PolicyEstimate.validate(estimates).rows(named=True)}


def test_a_policy_read_off_its_own_log_is_weighed(told: dict[str, dict[str, float]]) -> None:
    assert told["ipw"]["own_value"] == pytest.approx(0.0038, abs=1e-12)
    assert (round(told["ipw"]["value"], 6), round(told["ipw"]["ratio"], 4)) == (0.005035, 1.3251)


def test_ten_thousand_impressions_are_too_little_evidence(told: dict[str, dict[str, float]]) -> None:
    assert {row["verdict"] for row in told.values()} == {"too little evidence"}
    assert told["ipw"]["ratio_low"] < 1 < told["ipw"]["ratio_high"]


def test_what_bts_earned_when_it_ran_lies_within_every_interval(
    data_dir: Path, told: dict[str, dict[str, float]]
) -> None:
    earned = read_log(data_dir, "bts")["clicked"].mean()
    assert earned == pytest.approx(0.0042)
    assert [name for name, row in told.items() if not row["low"] < earned < row["high"]] == []
