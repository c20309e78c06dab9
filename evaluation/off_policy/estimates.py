"""Estimates: what a new policy would have earned, by four estimators, beside what the one in place did earn."""

from typing import NamedTuple

import dataframely as dy
import numpy as np
import polars as pl

from evaluation.off_policy.estimators import (
    ESTIMATORS,
    Choices,
    FloatArray,
    Impressions,
    correct_clicks,
    foretell_clicks,
    learn_rates,
    measure_effective_size,
    normalise_clicks,
    weigh_clicks,
)
from evaluation.off_policy.logs import PLACE, LoggedImpression, PolicyChoice, check_log, measure_unsupported
from evaluation.off_policy.verdict import VERDICTS, OffPolicySettings, judge_ratio

CELL = (*PLACE, "item_id")
"""What the model of dm and dr learns a click rate for: whatever a policy may look at, it must look at too."""
MODEL_ALONE = "dm"
"""The estimator that claims nothing: its interval does not know how wrong its model is."""


class PolicyEstimate(dy.Schema):
    """One estimator's answer for one new policy."""

    estimator = dy.String(
        primary_key=True, description="ipw, snipw, dm or dr: by weights, by shares of weights, by a model, by both"
    )
    impressions = dy.Int64(nullable=False, min=1, description="Impressions in the log")
    rounds = dy.Int64(nullable=False, min=1, description="Rounds they were shown in; what is drawn again")
    clicks = dy.Int64(nullable=False, min=0, description="Clicks on what the new policy would show too")
    effective_clicks = dy.Float64(
        nullable=False, min=0, description="Clicks of the new policy that those are worth (Kish)"
    )
    effective = dy.Float64(
        nullable=False, min=0, description="Impressions of the new policy that the log is worth (Kish)"
    )
    unsupported = dy.Float64(
        nullable=False, min=0, max=1, description="Share of what it would show that was never shown"
    )
    own_value = dy.Float64(nullable=False, min=0, max=1, description="Clicks an impression of the policy in place")
    value = dy.Float64(nullable=False, description="Clicks an impression that the new policy would have had")
    low = dy.Float64(nullable=False, description="Lower end of the value's interval")
    high = dy.Float64(nullable=False, description="Upper end of the value's interval")
    ratio = dy.Float64(nullable=True, description="Value / own value; empty without clicks")
    ratio_low = dy.Float64(nullable=True, description="Lower end of the ratio's interval, both drawn together")
    ratio_high = dy.Float64(nullable=True, description="Upper end of the ratio's interval, both drawn together")
    verdict = dy.String(
        nullable=True,
        description="better, not shown, too little evidence or worse; empty for dm, which does not know its bias",
    )

    @dy.rule()
    def all_but_the_model_alone_have_a_verdict(cls) -> pl.Expr:
        """Every estimator but the direct method has a verdict."""
        return (cls.estimator.col == MODEL_ALONE) == cls.verdict.col.is_null()

    @dy.rule()
    def verdict_is_one_of_four(cls) -> pl.Expr:
        """The verdict is one of the four."""
        return cls.verdict.col.is_null() | cls.verdict.col.is_in(VERDICTS)


class Trial(NamedTuple):
    """A log and a new policy as arrays, and how many rounds, cells and folds they number."""

    log: Impressions
    policy: Choices
    rounds: int
    cells: int
    folds: int


def estimate_policy(
    log: pl.DataFrame, policy: pl.DataFrame, settings: OffPolicySettings
) -> dy.DataFrame[PolicyEstimate]:
    """Estimate from another policy's log the clicks an impression that a new policy would have had.

    `log` has the columns of `LoggedImpression`, `policy` those of `PolicyChoice`; items that it does not name it never
    shows. It is assumed that a click depends on the item, its position and the context, not on what stands beside it.
    Intervals are percentiles of a bootstrap over rounds (B. Efron, 1979). The model of dm and dr is learnt anew in each
    draw; dm alone has no verdict. One row an estimator; the order of the rows given does not matter. Raises
    OffPolicyError with all faults at once: missing columns and values, propensities outside (0, 1], probabilities that
    do not add up, nothing logged, and a policy that would show what never was shown.
    """
    check_log(log, policy, settings.most_unsupported)
    impressions = LoggedImpression.cast(log).sort("round", "position")
    choices = PolicyChoice.cast(policy).sort(*PLACE, "item_id")
    trial = _number_rows(impressions, choices, settings)
    values = measure_values(trial, np.ones(impressions.height), settings.prior_impressions)
    drawn = _draw_values(trial, settings)
    told = {
        "impressions": impressions.height,
        "rounds": trial.rounds,
        "clicks": int(trial.log.clicks[trial.log.weights > 0].sum()),
        "effective_clicks": measure_effective_size(trial.log.weights * trial.log.clicks),
        "effective": measure_effective_size(trial.log.weights),
        "unsupported": measure_unsupported(impressions, choices),
        "own_value": values[-1],
    }
    rows = [{**told, **_bound(place, values, drawn, told, settings)} for place in range(len(ESTIMATORS))]
    return PolicyEstimate.cast(pl.DataFrame(rows, infer_schema_length=None))


def measure_values(trial: Trial, counts: FloatArray, prior: float) -> FloatArray:
    """Measure the four estimates, in the order of ESTIMATORS, and last the value of the policy in place."""
    log, policy = trial.log, trial.policy
    rates = learn_rates(log, trial.cells, trial.folds, prior, counts)
    return np.array([
        weigh_clicks(log, counts),
        normalise_clicks(log, counts),
        foretell_clicks(log, policy, rates, counts),
        correct_clicks(log, policy, rates, counts),
        (counts * log.clicks).sum() / counts.sum(),
    ])  # fmt: skip


def _number_rows(log: pl.DataFrame, policy: pl.DataFrame, settings: OffPolicySettings) -> Trial:
    """Number rounds, places and cells, and divide each new probability by the propensity."""
    places = policy.select(PLACE).unique().sort(PLACE).with_row_index("place")
    both = pl.concat([policy.select(CELL), log.select(CELL)])
    cells = both.unique().sort(CELL).with_row_index("cell")
    chosen = policy.join(places, on=PLACE, how="left", maintain_order="left")
    chosen = chosen.join(cells, on=CELL, how="left", maintain_order="left")
    rows = log.join(places, on=PLACE, how="left", maintain_order="left")
    rows = rows.join(cells, on=CELL, how="left", maintain_order="left")
    rows = rows.join(policy, on=[*PLACE, "item_id"], how="left", maintain_order="left").with_columns(
        number=pl.col("round").rank("dense").cast(pl.Int64) - 1,
        weight=pl.col("probability").fill_null(0) / pl.col("propensity"),
    )
    number, place, cell = (rows[name].cast(pl.Int64).to_numpy() for name in ("number", "place", "cell"))
    clicks = rows["clicked"].cast(pl.Float64).to_numpy()
    impressions = Impressions(number, place, cell, number % settings.folds, rows["weight"].to_numpy(), clicks)
    offered, kinds = (chosen[name].cast(pl.Int64).to_numpy() for name in ("place", "cell"))
    choices = Choices(offered, kinds, chosen["probability"].to_numpy())
    return Trial(impressions, choices, int(number.max()) + 1, cells.height, settings.folds)


def _draw_values(trial: Trial, settings: OffPolicySettings) -> FloatArray:
    """Draw the rounds again and again and estimate anew; one row a draw."""
    chance = np.random.default_rng(settings.seed)
    drawn = np.empty((settings.resamples, len(ESTIMATORS) + 1))
    for draw in range(settings.resamples):
        times = np.bincount(chance.integers(trial.rounds, size=trial.rounds), minlength=trial.rounds)
        counts = times[trial.log.rounds].astype(np.float64)
        drawn[draw] = measure_values(trial, counts, settings.prior_impressions)
    return drawn


def _bound(
    place: int, values: FloatArray, drawn: FloatArray, told: dict[str, float], settings: OffPolicySettings
) -> dict[str, object]:
    """Bound one estimator's value and its ratio to the policy in place; draws without a click tell no ratio."""
    ends = [(1 - settings.confidence) / 2, (1 + settings.confidence) / 2]
    low, high = (float(end) for end in np.quantile(drawn[:, place], ends))
    clicked = drawn[drawn[:, -1] > 0]
    ratios = clicked[:, place] / clicked[:, -1]
    ratio_low, ratio_high = (float(end) for end in np.quantile(ratios, ends)) if len(ratios) else (None, None)
    verdict = judge_ratio(ratio_low, ratio_high, told["effective"], told["effective_clicks"], settings)
    return {
        "estimator": ESTIMATORS[place],
        "value": float(values[place]),
        "low": low,
        "high": high,
        "ratio": float(values[place] / values[-1]) if values[-1] > 0 else None,
        "ratio_low": ratio_low,
        "ratio_high": ratio_high,
        "verdict": verdict if ESTIMATORS[place] != MODEL_ALONE else None,
    }
