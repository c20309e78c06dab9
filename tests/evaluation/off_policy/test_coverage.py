"""How often a difference is claimed where there is none."""

import numpy as np
import polars as pl
import pytest

from evaluation import OffPolicySettings, estimate_policy

pytestmark = pytest.mark.slow
ITEMS, LOGS = 20, 60


def invent_world(chance: np.random.Generator, impressions: int, rate: float) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Invent a log of items shown at random that are all clicked as often, and a policy that likes some of them."""
    items = [str(item) for item in range(ITEMS)]
    place = {"context": pl.lit("web"), "position": pl.lit(1, dtype=pl.Int64)}
    log = pl.DataFrame({
        "round": np.arange(impressions),
        "item_id": [items[number] for number in chance.integers(ITEMS, size=impressions)],
        "propensity": np.full(impressions, 1 / ITEMS),
        "clicked": chance.random(impressions) < rate,
    }).with_columns(**place)  # fmt: skip
    liked = pl.DataFrame({"item_id": items, "probability": chance.dirichlet(np.ones(ITEMS) / 3)})
    return log, liked.with_columns(**place)


@pytest.mark.parametrize(("impressions", "rate"), [(1000, 0.02), (2000, 0.05)])
def test_where_no_policy_is_better_hardly_any_is_called_so(impressions: int, rate: float) -> None:
    chance, settings = np.random.default_rng(11), OffPolicySettings(resamples=150)
    worlds = (invent_world(chance, impressions, rate) for _ in range(LOGS))
    told = pl.concat([estimate_policy(log, policy, settings) for log, policy in worlds])
    claims = told.filter(pl.col("verdict").is_in(["better", "worse"])).group_by("estimator").len()
    assert all(count <= 0.1 * LOGS for count in claims["len"])
