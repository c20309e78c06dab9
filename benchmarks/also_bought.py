"""Ask how well the item that was left out of a basket is foreseen: also bought beside confidence, lift and others.

Three shops. Lists are learnt from the first nine tenths of the baskets; of each later one up to `LEFT_OUT` items are
left out in turn, and each asked for once from one other item of the basket, once from all others. Each basket counts
alike, and differences from confidence are told with a 95 % interval by a bootstrap over baskets. Settings were chosen
on the tenth before, learnt from the eight before that: `ALSO_BOUGHT_VALIDATION=1` judges what was tried.
"""

import os
import statistics
from typing import NamedTuple

import dataframely as dy
import numpy as np
import numpy.typing as npt
import polars as pl

from benchmarks.basket_models import CONFIDENCE, PLAIN, TRIED, K, list_contenders
from benchmarks.measurement import Detail, Finding
from benchmarks.rivals import Ask
from benchmarks.shops import read_shops
from evaluation import ComparisonSettings, bound_difference, mark_hits, measure_hit_rate, measure_reciprocal_rank
from recommend import Basket

FloatArray = npt.NDArray[np.float64]

SEED = 1
LEFT_OUT = 4
"""Items of a basket that are left out, one after the other; all of a small one."""
VALIDATION = "ALSO_BOUGHT_VALIDATION" in os.environ


class Case(NamedTuple):
    """A basket with an item left out."""

    basket: int
    """Its number, from 0."""
    left_out: str
    one: str
    """Another item of the basket."""
    rest: list[str]
    """All other items of the basket."""


def answer(rows: int | None) -> list[Finding]:
    """Judge everybody on each shop; on `rows` baskets, drawn once, if that is given."""
    findings = []
    for shop, baskets in read_shops().items():
        known, later = split_baskets(baskets, 0.8 if VALIDATION else 0.9)
        cases = leave_out(later, rows)
        bar = measure(CONFIDENCE(known), cases)
        findings.append(_tell(f"{shop}: confidence", cases, bar, None))
        contenders = TRIED | PLAIN if VALIDATION else list_contenders(shop)
        for name, learn in contenders.items():
            findings.append(_tell(f"{shop}: {name}", cases, measure(learn(known), cases), bar))
    return findings


def split_baskets(baskets: dy.DataFrame[Basket], share: float) -> tuple[dy.DataFrame[Basket], dy.DataFrame[Basket]]:
    """Split baskets, whose names stand in the order of time: the first `share` to learn from, the next tenth to ask."""
    names = baskets["basket"].unique().sort()
    begin, end = (pl.lit(names[min(round(len(names) * part), len(names) - 1)]) for part in (share, share + 0.1))
    asked = pl.col("basket") >= begin if share + 0.1 >= 1 else pl.col("basket").is_between(begin, end, "left")
    return Basket.cast(baskets.filter(pl.col("basket") < begin)), Basket.cast(baskets.filter(asked))


def leave_out(baskets: dy.DataFrame[Basket], most: int | None = None) -> list[Case]:
    """Leave items out of each basket of two or more, or of `most` drawn ones, and draw another one to ask about."""
    packed = baskets.group_by("basket", maintain_order=True).agg("item_id")["item_id"].to_list()
    several = [items for items in packed if len(items) > 1]
    chance = np.random.default_rng(SEED)
    drawn = np.sort(chance.choice(len(several), min(most or len(several), len(several)), replace=False))
    cases = []
    for number, place in enumerate(drawn.tolist()):
        mixed = chance.permutation(several[place]).tolist()
        for out, item in enumerate(mixed[:LEFT_OUT]):
            cases.append(Case(number, item, mixed[out - 1], mixed[:out] + mixed[out + 1 :]))
    return cases


def measure(ask: Ask, cases: list[Case]) -> dict[str, FloatArray]:
    """Measure each figure in each basket: the mean over what was left out of it."""
    from_one = {item: ask([item]) for item in sorted({case.one for case in cases})}
    told = {
        "one item": [from_one[case.one] for case in cases],
        "whole basket": [ask(case.rest) for case in cases],
    }
    basket, right = np.array([case.basket for case in cases]), [{case.left_out} for case in cases]
    figures = {}
    for asked, answers in told.items():
        marks = mark_hits(answers, right, K)
        for name, values in (("HR", measure_hit_rate(marks)), ("MRR", measure_reciprocal_rank(marks))):
            figures[f"{name}@{K}, {asked}"] = np.bincount(basket, values) / np.bincount(basket)
    return figures


def _tell(
    question: str, cases: list[Case], figures: dict[str, FloatArray], bar: dict[str, FloatArray] | None
) -> Finding:
    """Tell the figures in percent, and what they are above those to be beaten."""
    detail: Detail = {"cases": len(cases), "baskets": cases[-1].basket + 1}
    for name, values in figures.items():
        detail[name] = round(100 * float(values.mean()), 2)
        if bar is not None:
            more = values - bar[name]
            low, high = bound_difference(more, np.arange(len(more)), ComparisonSettings())
            detail[f"{name}, above confidence"] = f"{100 * more.mean():+.2f} ({100 * low:+.2f} to {100 * high:+.2f})"
    mean = statistics.mean(float(values.mean()) for values in figures.values())
    return Finding(f"{question}: mean of the four figures", mean, "", detail, "")
