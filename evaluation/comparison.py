"""Comparison: whether a model beats popularity, or only seems to."""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple, TypeVar

import dataframely as dy
import msgspec
import numpy as np
import polars as pl
from scipy.special import ndtr, stdtrit

from evaluation.cases import Case
from evaluation.ranking import (
    FloatArray,
    IntArray,
    Marks,
    mark_hits,
    measure_average_precision,
    measure_coverage,
    measure_hit_rate,
    measure_ndcg,
    measure_precision,
    measure_recall,
    measure_reciprocal_rank,
)

METRICS: Mapping[str, Callable[[Marks], FloatArray]] = {
    "hit_rate": measure_hit_rate,
    "mrr": measure_reciprocal_rank,
    "ndcg": measure_ndcg,
    "recall": measure_recall,
    "precision": measure_precision,
    "map": measure_average_precision,
}
"""The metrics of a model: each the mean over all cases."""

VERDICTS = ("baseline", "better", "not shown", "worse")

LEAST_UNITS = 10
"""People, or baskets, that an interval needs. Of five, all lean the same way by chance once in sixteen times."""

Question = TypeVar("Question", bound=Case)


class ComparisonSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How models are compared."""

    k: int = 10
    """Places of a list that are looked at: about what a page shows."""
    metric: str = "ndcg"
    """Metric that the verdict goes by. nDCG sees both whether the right item is shown and how far up."""
    baseline: str = "popular"
    """Model that the others have to beat: what a shop without any model would show."""
    resamples: int = 1_000
    """Draws of the bootstrap; enough for the ends of a 95 % interval."""
    confidence: float = 0.95
    """How often the interval would hold the true difference."""
    seed: int = 42
    """Seed of those draws."""

    def __post_init__(self) -> None:
        """Refuse what cannot be compared by, all at once."""
        faults = []
        if self.metric not in METRICS:
            faults.append(f"`metric` is {self.metric}: give one of {', '.join(METRICS)}")
        least = {"k": 1, "resamples": 1, "seed": 0}
        below = [(name, getattr(self, name)) for name in least if getattr(self, name) < least[name]]
        faults += [f"`{name}` is {value}: give {least[name]} or more" for name, value in below]
        if not 0 < self.confidence < 1:
            faults.append(f"`confidence` is {self.confidence}: give a share between 0 and 1")
        if faults:
            raise ValueError(f"The settings of the comparison are wrong: {'; '.join(faults)}.")


class Score(dy.Schema):
    """One model on one task."""

    task = dy.String(
        primary_key=True, description="The question: next_click, also_viewed …; next_click_web: that of one channel"
    )
    model = dy.String(primary_key=True, description="Who answered")
    k = dy.Int64(nullable=False, min=1, description="Places of each list that were looked at")
    cases = dy.Int64(nullable=False, min=1, description="Questions")
    units = dy.Int64(nullable=False, min=1, description="People, or baskets, whose questions they were")
    hit_rate = dy.Float64(nullable=False, min=0, max=1, description="Share of lists with anything relevant")
    mrr = dy.Float64(nullable=False, min=0, max=1, description="Mean of 1 / place of the first relevant id")
    ndcg = dy.Float64(nullable=False, min=0, max=1, description="Mean normalised discounted cumulative gain")
    recall = dy.Float64(nullable=False, min=0, max=1, description="Mean share of the relevant ids that were listed")
    precision = dy.Float64(nullable=False, min=0, max=1, description="Mean share of the k places that were relevant")
    map = dy.Float64(nullable=False, min=0, max=1, description="Mean average precision")
    coverage = dy.Float64(nullable=False, min=0, max=1, description="Share of the catalogue that stood in any list")
    metric = dy.String(nullable=False, description="Metric that the difference is measured in")
    baseline = dy.String(nullable=False, description="Model that it is compared with")
    difference = dy.Float64(nullable=False, min=-1, max=1, description="The model's metric less the baseline's")
    low = dy.Float64(nullable=False, min=-1, max=1, description="Lower end of the difference's interval")
    high = dy.Float64(nullable=False, min=-1, max=1, description="Upper end of the difference's interval")
    verdict = dy.String(nullable=False, description="better, worse, not shown (the interval holds 0), or baseline")

    @dy.rule()
    def verdict_is_known(cls) -> pl.Expr:
        """The verdict is one of the four."""
        return cls.verdict.col.is_in(VERDICTS)


class Interval(NamedTuple):
    """Where the true difference may lie."""

    low: float
    high: float


def compare_models(
    task: str,
    answers: Mapping[str, Sequence[Sequence[str]]],
    cases: dy.DataFrame[Question],
    catalogue: Collection[str],
    settings: ComparisonSettings,
) -> dy.DataFrame[Score]:
    """Score each model's answers to the same cases, and compare it with the baseline.

    `answers` holds for each model one list for each of `cases`, in their order, best first; the baseline must be among
    them. `catalogue` is what coverage is a share of. The verdict is `better` if the whole interval of the difference
    lies above 0, `worse` if below, else `not shown`. One row a model, the best by the metric first, then by name; no
    rows without cases. Raises ValueError if the baseline, or any answer, is missing.
    """
    if settings.baseline not in answers:
        raise ValueError(
            f"The baseline `{settings.baseline}` gave no answers to {task}: let it answer too, or name one of "
            f"{', '.join(sorted(answers))} as `baseline` in the settings of the comparison."
        )
    if cases.is_empty():
        return Score.create_empty()
    relevant, units = cases["relevant"].to_list(), _number_units(cases["unit"])
    marks = {model: mark_hits(lists, relevant, settings.k) for model, lists in answers.items()}
    rival = METRICS[settings.metric](marks[settings.baseline])
    rows = [
        {
            "task": task,
            "model": model,
            "k": settings.k,
            "cases": cases.height,
            "units": int(units.max()) + 1,
            **{metric: float(measure(marks[model]).mean()) for metric, measure in METRICS.items()},
            "coverage": measure_coverage(lists, catalogue, settings.k),
            **_judge(model, METRICS[settings.metric](marks[model]) - rival, units, settings),
        }
        for model, lists in answers.items()
    ]
    return Score.cast(pl.DataFrame(rows).sort(settings.metric, "model", descending=[True, False]))


def measure_metric(
    answers: Sequence[Sequence[str]], relevant: Sequence[Collection[str]], settings: ComparisonSettings
) -> float:
    """Measure the metric that verdicts go by: its mean over the cases, of which there is one at least."""
    return float(METRICS[settings.metric](mark_hits(answers, relevant, settings.k)).mean())


def bound_difference(differences: FloatArray, units: IntArray, settings: ComparisonSettings) -> Interval:
    """Bound the mean of paired differences by a bootstrap over units (B. Efron, 1979; percentiles).

    Units are drawn with all their cases, since the cases of one person are no separate evidence. `units` numbers each
    case's unit from 0. Percentiles of few units are too narrow, so they are taken further out, as far as Student's t is
    beyond the normal (expanded percentiles: T. C. Hesterberg, 2015). Fewer than `LEAST_UNITS` prove nothing: -1 and 1.
    The same seed gives the same interval.

    >>> settings = ComparisonSettings(resamples=200)
    >>> bound_difference(np.full(10, 0.5), np.arange(10), settings)
    Interval(low=0.5, high=0.5)
    """
    sums, counts = np.bincount(units, weights=differences), np.bincount(units)
    if len(counts) < LEAST_UNITS:
        return Interval(-1.0, 1.0)
    chance = np.random.default_rng(settings.seed)
    means = np.empty(settings.resamples)
    for draw in range(settings.resamples):
        drawn = chance.integers(len(counts), size=len(counts))
        means[draw] = sums[drawn].sum() / counts[drawn].sum()
    tail = _find_tail(settings.confidence, len(counts))
    low, high = np.quantile(means, [tail, 1 - tail])
    return Interval(float(low), float(high))


def _find_tail(confidence: float, units: int) -> float:
    """Find the share of draws beyond each end of the interval: the less, the fewer units there are."""
    return float(ndtr(stdtrit(units - 1, (1 - confidence) / 2) * math.sqrt(units / (units - 1))))


def _number_units(units: pl.Series) -> IntArray:
    return units.rank("dense").to_numpy().astype(np.int64) - 1


def _judge(model: str, differences: FloatArray, units: IntArray, settings: ComparisonSettings) -> dict[str, object]:
    interval = bound_difference(differences, units, settings)
    verdict = "better" if interval.low > 0 else "worse" if interval.high < 0 else "not shown"
    return {
        "metric": settings.metric,
        "baseline": settings.baseline,
        "difference": float(differences.mean()),
        "low": interval.low,
        "high": interval.high,
        "verdict": "baseline" if model == settings.baseline else verdict,
    }
