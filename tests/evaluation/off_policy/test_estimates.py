import numpy as np
import polars as pl
import pytest

from evaluation import OffPolicySettings, estimate_policy
from tests.offers import draw_log, draw_policy

BOTH = draw_policy("""
    item | probability
    -----+------------
    A    | 0.5
    B    | 0.5
""")


def draw_at_random(impressions: int, seed: int) -> pl.DataFrame:
    chance = np.random.default_rng(seed)
    clicked, items = chance.random(impressions) < 0.2, np.where(chance.random(impressions) < 0.5, "A", "B")
    numbers = np.arange(impressions)
    columns = {"round": numbers, "position": 1, "context": "web", "item_id": items, "propensity": 0.5}
    return pl.DataFrame({**columns, "clicked": clicked}, strict=False)


def find(told: pl.DataFrame, estimator: str) -> dict[str, float]:
    return told.row(by_predicate=pl.col("estimator") == estimator, named=True)


def test_the_interval_is_as_wide_as_theory_says() -> None:
    log = draw_at_random(2000, seed=3)
    row = find(estimate_policy(log, BOTH, OffPolicySettings(resamples=2000)), "ipw")
    reach = 1.96 * log["clicked"].cast(pl.Float64).std() / np.sqrt(2000)
    assert row["low"] == pytest.approx(row["value"] - reach, abs=0.002)
    assert row["high"] == pytest.approx(row["value"] + reach, abs=0.002)


def test_the_policy_in_place_against_itself_is_one_without_doubt() -> None:
    row = find(estimate_policy(draw_at_random(500, seed=4), BOTH, OffPolicySettings(resamples=50)), "ipw")
    assert (row["ratio"], row["ratio_low"], row["ratio_high"], row["verdict"]) == (1, 1, 1, "not shown")


def test_the_positions_of_one_round_are_no_separate_evidence() -> None:
    alone = draw_at_random(800, seed=5)
    again = pl.concat([alone.with_columns(position=pl.lit(n, dtype=pl.Int64)) for n in range(1, 5)])
    four = pl.concat([BOTH.with_columns(position=pl.lit(n, dtype=pl.Int64)) for n in range(1, 5)])
    chosen = OffPolicySettings(resamples=400)
    one, other = find(estimate_policy(alone, BOTH, chosen), "ipw"), find(estimate_policy(again, four, chosen), "ipw")
    assert (one["rounds"], other["rounds"], other["impressions"]) == (800, 800, 3200)
    assert other["high"] - other["low"] == pytest.approx(one["high"] - one["low"])


def test_the_model_is_learnt_anew_in_each_draw() -> None:
    row = find(estimate_policy(draw_at_random(500, seed=6), BOTH, OffPolicySettings(resamples=100)), "dm")
    assert row["high"] - row["low"] > 0.03


def test_a_log_without_clicks_has_values_but_no_ratio() -> None:
    log = draw_log("""
        item | propensity | shown | clicked
        -----+------------+-------+--------
        A    | 0.5        | 200   | 0
        B    | 0.5        | 200   | 0
    """)
    told = estimate_policy(log, BOTH, OffPolicySettings(resamples=20))
    claiming = told.filter(pl.col("estimator") != "dm")
    assert claiming.select("value", "ratio", "ratio_low", "verdict").unique().rows() == [
        (0.0, None, None, "too little evidence")
    ]


def test_one_round_alone_proves_nothing() -> None:
    told = estimate_policy(draw_at_random(1, seed=1), BOTH, OffPolicySettings(resamples=5, most_unsupported=1))
    assert told["verdict"].drop_nulls().unique().to_list() == ["too little evidence"]


def test_two_runs_give_the_same_table() -> None:
    log = draw_at_random(300, seed=7)
    one, other = (estimate_policy(log, BOTH, OffPolicySettings(resamples=50)) for _ in range(2))
    assert one.equals(other)
