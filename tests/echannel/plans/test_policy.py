"""A policy tried on the log of another, from files."""

from pathlib import Path

import polars as pl
import pytest

from tests.offers import draw_log, draw_policy
from tests.shell import run

LOG = """
    item | propensity | shown | clicked
    A    | 0.8        |   800 |      16
    B    | 0.2        |   200 |      40
"""
CANDIDATE = """
    item | probability
    A    | 0.2
    B    | 0.8
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    log, candidate = tmp_path / "log.csv", tmp_path / "candidate.parquet"
    draw_log(LOG).write_csv(log)
    draw_policy(CANDIDATE).write_parquet(candidate)
    return log, candidate


def test_four_estimators_tell_what_the_candidate_would_have_had(files: tuple[Path, Path]) -> None:
    """16 clicks on A count a quarter, 40 on B four times: 164 of 1,000."""
    rows = {row["estimator"]: row for row in run("evaluate-policy", *files, "--json").document["rows"]}
    assert set(rows) == {"ipw", "snipw", "dm", "dr"}
    assert rows["ipw"]["value"] == pytest.approx(0.164)
    assert rows["ipw"]["verdict"] == "better"
    assert "ipw" in run("evaluate-policy", *files).out


def test_columns_may_be_called_otherwise_and_a_candidate_may_be_its_own_log(files: tuple[Path, Path]) -> None:
    log, own = files[0], files[0].with_name("own.csv")
    table = pl.read_csv(log)
    told = run("evaluate-policy", log, log, "--json").document["rows"][0]
    renamed = table.select(pl.col("item_id").alias("sku"), pl.col("propensity").alias("chance"), pl.col("clicked"))
    renamed.write_csv(own)
    again = run("evaluate-policy", own, own, "--column", "item_id=sku", "--column", "propensity=chance", "--json")
    assert again.document["rows"][0]["value"] == told["value"] == pytest.approx(0.056)


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("nothing.csv", "nothing.csv"), 3, "no table"),
        (("log.csv", "candidate.parquet", "--column", "clicked"), 2, "names no column"),
        (("log.csv", "candidate.parquet", "--column", "clicked=taps"), 2, "no column taps"),
        (("candidate.parquet", "candidate.parquet"), 3, "missing"),
    ],
)
def test_what_cannot_be_read_is_said(
    files: tuple[Path, Path], arguments: tuple[str, ...], code: int, told: str
) -> None:
    refused = run("evaluate-policy", *arguments, cwd=files[0].parent, code=code)
    assert told in refused.err


def test_open_bandit_from_its_files(data_dir: Path) -> None:
    random, bts = (data_dir / f"open_bandit_small/{policy}/all/all.csv.gz" for policy in ("random", "bts"))
    names = ("--column", "propensity=propensity_score", "--column", "clicked=click")
    rows = {row["estimator"]: row for row in run("evaluate-policy", random, bts, *names, "--json").document["rows"]}
    assert (round(rows["ipw"]["value"], 6), round(rows["ipw"]["ratio"], 4)) == (0.005035, 1.3251)
    assert {row["verdict"] for name, row in rows.items() if name != "dm"} == {"too little evidence"}
