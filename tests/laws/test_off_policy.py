"""What is true of off-policy estimates in every world: all logs of tiny worlds, each with its exact chance."""

import itertools
from collections.abc import Iterator

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation import OffPolicySettings, PolicyEstimate, estimate_policy
from evaluation.off_policy.estimates import Trial, measure_values
from evaluation.off_policy.estimators import ESTIMATORS, Choices, FloatArray, Impressions

ROUNDS, PAIRS = 2, [(0, 1), (1, 0), (0, 2), (2, 1)]
"""Two rounds with two positions each; a round shows one of four pairs of items, so that its positions hang together."""
shares = st.lists(st.integers(1, 9), min_size=4, max_size=4).map(lambda counts: np.array(counts) / sum(counts))
rates = st.lists(st.sampled_from([0.0, 0.1, 0.5, 1.0]), min_size=6, max_size=6).map(
    lambda drawn: np.reshape(drawn, (2, 3))
)


def find_marginals(pairs: FloatArray) -> FloatArray:
    """Find how likely each item is in each position."""
    chances = np.zeros((2, 3))
    for chance, shown in zip(pairs, PAIRS, strict=True):
        for position, item in enumerate(shown):
            chances[position, item] += chance
    return chances


def list_logs(logging: FloatArray, new: FloatArray, clicking: FloatArray) -> Iterator[tuple[float, Trial]]:
    """List every log of the world that may come about, with its chance."""
    old, wanted = find_marginals(logging), find_marginals(new)
    weights = np.divide(wanted, old, out=np.zeros((2, 3)), where=old > 0)
    policy = Choices(np.repeat([0, 1], 3), np.arange(6), wanted.ravel())
    numbers, positions = np.repeat(np.arange(ROUNDS), 2), np.tile([0, 1], ROUNDS)
    for drawn in itertools.product(range(len(PAIRS)), repeat=ROUNDS):
        items = np.array([item for pair in drawn for item in PAIRS[pair]])
        expected = clicking[positions, items]
        for clicks in itertools.product([0.0, 1.0], repeat=2 * ROUNDS):
            chance = logging[list(drawn)].prod() * np.where(clicks, expected, 1 - expected).prod()
            log = Impressions(
                numbers, positions, positions * 3 + items, numbers, weights[positions, items], np.array(clicks)
            )
            yield float(chance), Trial(log, policy, ROUNDS, 6, ROUNDS)


@settings(max_examples=8)
@given(logging=shares, new=shares, clicking=rates)
def test_ipw_and_dr_are_right_on_average_over_all_logs_that_may_come_about(
    logging: FloatArray, new: FloatArray, clicking: FloatArray
) -> None:
    logs = list(list_logs(logging, new, clicking))
    assert sum(chance for chance, _ in logs) == pytest.approx(1)
    means = sum(chance * measure_values(trial, np.ones(2 * ROUNDS), 2.0) for chance, trial in logs)
    truth, own = ((find_marginals(policy) * clicking).sum() / 2 for policy in (new, logging))
    told = dict(zip([*ESTIMATORS, "own"], means, strict=True))
    assert (told["ipw"], told["dr"], told["own"]) == pytest.approx((truth, truth, own), abs=1e-12)


logs = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from([0.2, 0.5]), st.booleans()), min_size=1, max_size=12)


def lay_out(rows: list[tuple[str, float, bool]]) -> pl.DataFrame:
    """Lay a log out as a table."""
    table = pl.DataFrame(rows, orient="row", schema=["item_id", "propensity", "clicked"]).with_row_index("round")
    return table.with_columns(pl.col("round").cast(pl.Int64), context=pl.lit("web"), position=1)


def offer(chances: FloatArray) -> pl.DataFrame:
    """Lay a policy over the items a, b and c out as a table."""
    return pl.DataFrame({"context": "web", "position": 1, "item_id": list("abc"), "probability": chances})


@given(rows=logs, chances=shares, seed=st.randoms())
def test_the_order_of_the_rows_changes_nothing_and_the_estimates_keep_to_their_bounds(rows, chances, seed) -> None:
    chosen, policy = OffPolicySettings(most_unsupported=1, resamples=20), offer(chances[:3] / chances[:3].sum())
    log = lay_out(rows)
    mixed = log[seed.sample(range(log.height), log.height)]
    told = PolicyEstimate.validate(estimate_policy(log, policy, chosen))
    assert told.equals(estimate_policy(mixed, policy.reverse(), chosen))
    assert told["effective"].is_between(0, log.height + 1e-9).all()
    value = dict(told.select("estimator", "value").iter_rows())
    assert 0 <= value["snipw"] <= 1
    assert -1e-12 <= value["dm"] <= 1 + 1e-12
    assert (told["low"] <= told["high"]).all()


@given(rows=logs)
def test_the_policy_in_place_is_worth_what_it_earned(rows) -> None:
    log = lay_out(rows)
    shares = log.group_by("item_id").len().with_columns(probability=pl.col("len") / pl.col("len").sum())
    known = log.drop("propensity").join(shares.select("item_id", propensity="probability"), on="item_id")
    policy = shares.select("item_id", "probability", context=pl.lit("web"), position=1)
    told = estimate_policy(known, policy, OffPolicySettings(resamples=1))
    assert told.filter(pl.col("estimator").is_in(["ipw", "snipw"]))["value"].to_list() == pytest.approx(
        [log["clicked"].mean()] * 2
    )
    assert told["effective"].to_list() == pytest.approx([log.height] * 4)
