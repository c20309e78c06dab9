"""Off-policy estimates on Open Bandit's real log: random → BTS, all.

The log was made by a policy that shows 80 items at random. BTS, Bernoulli Thompson sampling, is known in two ways: by the
parameters that its makers publish in their package, from which they simulate it, and by its own log of the same days.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import polars as pl
import pytest
import yaml

from evaluation import OffPolicySettings, PolicyEstimate, count_choices, estimate_policy

PIN = Path(__file__).with_name("open_bandit.txt")
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "echannel-peers"
SIMULATED_PAGES, SEED, PLACES = 100_000, 12345, 3
"""As in the first example of their package."""


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


def judge(log: pl.DataFrame, policy: pl.DataFrame) -> dict[str, dict[str, float]]:
    estimates = estimate_policy(log, policy, OffPolicySettings())
    return {row["estimator"]: row for row in PolicyEstimate.validate(estimates).rows(named=True)}


@pytest.fixture(scope="module")
def package() -> Path:
    """Fetch the makers' package, or find the one that was fetched before; skips where no package can be had.

    Only its parameters are read: installed, it would bring torch.
    """
    folder = CACHE / f"open-bandit-{hashlib.sha256(PIN.read_bytes()).hexdigest()[:12]}"
    if not any(folder.glob("*.whl")):
        fetch = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        done = subprocess.run(
            [*fetch, "--require-hashes", "--requirement", PIN, "--dest", folder],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            pytest.skip(f"Open Bandit's package cannot be had here: {done.stderr.strip().splitlines()[-1]}")
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def simulated(package: Path) -> pl.DataFrame:
    """Draw every item's click rate from its Beta distribution, show the three highest, and count who stood where."""
    with ZipFile(package) as parts:
        prior = yaml.safe_load(parts.read("obp/policy/conf/prior_bts.yaml"))["all"]
    alpha, beta = np.array(prior["alpha"]), np.array(prior["beta"])
    rates = np.random.RandomState(SEED).beta(alpha, beta, size=(SIMULATED_PAGES, len(alpha)))
    shown = np.argsort(rates, axis=1)[:, ::-1][:, :PLACES]
    counts = np.stack([np.bincount(place, minlength=len(alpha)) for place in shown.T])
    position, item = np.nonzero(counts)
    return pl.DataFrame(
        {
            "context": ["all"] * len(item),
            "position": position + 1,
            "item_id": item.astype(str),
            "probability": counts[position, item] / SIMULATED_PAGES,
        }
    )


@pytest.fixture(scope="module")
def published(data_dir: Path, simulated: pl.DataFrame) -> dict[str, dict[str, float]]:
    return judge(read_log(data_dir, "random"), simulated)


@pytest.fixture(scope="module")
def told(data_dir: Path) -> dict[str, dict[str, float]]:
    return judge(read_log(data_dir, "random"), count_choices(read_log(data_dir, "bts")))


class TestTheSimulatedPolicy:
    def test_the_published_figures_are_met_exactly(self, published: dict[str, dict[str, float]]) -> None:
        ipw, snipw = published["ipw"], published["snipw"]
        assert (round(ipw["value"], 6), round(ipw["ratio"], 6), round(snipw["value"], 6)) == (
            0.004553,
            1.198126,
            0.004776,
        )

    def test_ten_thousand_impressions_are_too_little_evidence(self, published: dict[str, dict[str, float]]) -> None:
        assert {row["verdict"] for name, row in published.items() if name != "dm"} == {"too little evidence"}
        assert published["ipw"]["ratio_low"] < 0.6
        assert published["ipw"]["ratio_high"] > 2


def test_a_policy_read_off_its_own_log_is_weighed(told: dict[str, dict[str, float]]) -> None:
    assert told["ipw"]["own_value"] == pytest.approx(0.0038, abs=1e-12)
    assert (round(told["ipw"]["value"], 6), round(told["ipw"]["ratio"], 4)) == (0.005035, 1.3251)


def test_ten_thousand_impressions_are_too_little_evidence(told: dict[str, dict[str, float]]) -> None:
    assert {row["verdict"] for name, row in told.items() if name != "dm"} == {"too little evidence"}
    assert told["ipw"]["ratio_low"] < 1 < told["ipw"]["ratio_high"]


def test_what_bts_earned_when_it_ran_lies_within_every_interval(
    data_dir: Path, told: dict[str, dict[str, float]]
) -> None:
    earned = read_log(data_dir, "bts")["clicked"].mean()
    assert earned == pytest.approx(0.0042)
    assert [name for name, row in told.items() if not row["low"] < earned < row["high"]] == []
