"""Ask how well the item that was left out of a basket is foreseen: also bought beside confidence, lift and others.

Three shops. Lists are learnt from the first nine tenths of the baskets; of each later one up to `LEFT_OUT` items are
left out in turn, and each asked for once from one other item of the basket, once from all others. Each basket counts
alike, and differences from confidence are told with a 95 % interval by a bootstrap over baskets. Settings were chosen
on the tenth before, learnt from the eight before that: `ALSO_BOUGHT_VALIDATION=1` judges what was tried. Where the last
tenth holds few baskets, each tenth but the one that chose is asked besides, the lists learnt from all others.
"""

import os
import statistics
from collections.abc import Iterable
from typing import NamedTuple

import dataframely as dy
import numpy as np
import numpy.typing as npt
import polars as pl

from benchmarks.basket_models import CONFIDENCE, OURS, PLAIN, TRIED, K, list_contenders
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
TENTHS = range(10)
CHOOSING, LAST = 8, 9
"""The tenths that settings were chosen on, and that they are judged by, from 0."""
FEW = 1_000
"""Baskets of the last tenth below which the others are asked too."""


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
    asked = CHOOSING if VALIDATION else LAST
    for shop, baskets in read_shops().items():
        known, later = split_baskets(baskets, range(asked), asked)
        cases = leave_out(later, rows)
        bar = measure(CONFIDENCE(known), cases)
        findings.append(_tell(f"{shop}: confidence", _count(cases), bar, None))
        contenders = TRIED | PLAIN if VALIDATION else list_contenders(shop)
        for name, learn in contenders.items():
            findings.append(_tell(f"{shop}: {name}", _count(cases), measure(learn(known), cases), bar))
        if cases[-1].basket + 1 < FEW and not VALIDATION and rows is None:
            findings.append(_ask_every_tenth(shop, baskets))
    return findings


def split_baskets(
    baskets: dy.DataFrame[Basket], known: Iterable[int], asked: int
) -> tuple[dy.DataFrame[Basket], dy.DataFrame[Basket]]:
    """Split baskets, whose names stand in the order of time, into tenths: some to learn from, one to ask."""
    names = baskets["basket"].unique().sort().to_frame().with_row_index("place")
    tenth = names.select("basket", tenth=pl.col("place") * len(TENTHS) // pl.len())
    placed = baskets.join(tenth, on="basket", maintain_order="left")
    parts = (placed.filter(pl.col("tenth").is_in(list(chosen))) for chosen in (known, (asked,)))
    learnt, later = (Basket.cast(part.drop("tenth")) for part in parts)
    return learnt, later


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


def _ask_every_tenth(shop: str, baskets: dy.DataFrame[Basket]) -> Finding:
    """Ask ours and confidence about each tenth but the one that settings were chosen on."""
    ours, bars, counted = [], [], []
    for asked in set(TENTHS) - {CHOOSING}:
        known, later = split_baskets(baskets, set(TENTHS) - {asked}, asked)
        cases = leave_out(later)
        ours.append(measure(list_contenders(shop)[OURS](known), cases))
        bars.append(measure(CONFIDENCE(known), cases))
        counted.append(_count(cases))
    total = {name: sum(counts[name] for counts in counted) for name in counted[0]}
    return _tell(f"{shop}, every other tenth: {OURS}", total, _join(ours), _join(bars))


def _join(tenths: list[dict[str, FloatArray]]) -> dict[str, FloatArray]:
    return {name: np.concatenate([figures[name] for figures in tenths]) for name in tenths[0]}


def _count(cases: list[Case]) -> dict[str, int]:
    return {"cases": len(cases), "baskets": cases[-1].basket + 1}


def _tell(
    question: str, counts: dict[str, int], figures: dict[str, FloatArray], bar: dict[str, FloatArray] | None
) -> Finding:
    """Tell the figures in percent, and what they are above those to be beaten."""
    detail: Detail = {**counts}
    for name, values in figures.items():
        detail[name] = round(100 * float(values.mean()), 2)
        if bar is not None:
            more = values - bar[name]
            low, high = bound_difference(more, np.arange(len(more)), ComparisonSettings())
            detail[f"{name}, above confidence"] = f"{100 * more.mean():+.2f} ({100 * low:+.2f} to {100 * high:+.2f})"
    mean = statistics.mean(float(values.mean()) for values in figures.values())
    return Finding(f"{question}: mean of the four figures", mean, "", detail, "")
