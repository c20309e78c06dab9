"""Ask how well the item that was left out of a basket is foreseen: also bought beside confidence, lift and others.

Three shops. Lists are learnt from the first nine tenths of the baskets; of each later one an item is left out, and
asked for once from one other item of the basket, once from all others, through the code that the API answers with.
Settings were chosen on the tenth before, learnt from the eight before that: `ALSO_BOUGHT_VALIDATION=1` judges what was
tried.
"""

import os
import statistics
from typing import NamedTuple

import dataframely as dy
import numpy as np
import polars as pl

from benchmarks.basket_models import PLAIN, TRIED, K, list_contenders
from benchmarks.measurement import Detail, Finding
from benchmarks.rivals import Ask
from benchmarks.shops import read_shops
from evaluation import mark_hits, measure_hit_rate, measure_reciprocal_rank
from recommend import Basket

SEED = 1
VALIDATION = "ALSO_BOUGHT_VALIDATION" in os.environ


class Case(NamedTuple):
    """A basket with an item left out."""

    left_out: str
    one: list[str]
    """Another item of the basket."""
    rest: list[str]
    """All other items of the basket."""


def answer(rows: int | None) -> list[Finding]:
    """Judge everybody on each shop; on `rows` cases, drawn once, if that is given."""
    findings = []
    for shop, baskets in read_shops().items():
        known, later = split_baskets(baskets, 0.8 if VALIDATION else 0.9)
        cases = leave_out(later, rows)
        contenders = TRIED | PLAIN if VALIDATION else list_contenders(shop)
        findings += [_judge(f"{shop}: {name}", learn(known), cases) for name, learn in contenders.items()]
    return findings


def split_baskets(baskets: dy.DataFrame[Basket], share: float) -> tuple[dy.DataFrame[Basket], dy.DataFrame[Basket]]:
    """Split baskets, whose names stand in the order of time: the first `share` to learn from, the next tenth to ask."""
    names = baskets["basket"].unique().sort()
    begin, end = (pl.lit(names[min(round(len(names) * part), len(names) - 1)]) for part in (share, share + 0.1))
    asked = pl.col("basket") >= begin if share + 0.1 >= 1 else pl.col("basket").is_between(begin, end, "left")
    return Basket.cast(baskets.filter(pl.col("basket") < begin)), Basket.cast(baskets.filter(asked))


def leave_out(baskets: dy.DataFrame[Basket], most: int | None = None) -> list[Case]:
    """Leave an item out of each basket of two or more, and draw another one to be asked about."""
    chance, cases = np.random.default_rng(SEED), []
    for (items,) in baskets.group_by("basket", maintain_order=True).agg("item_id").select("item_id").rows():
        if len(items) > 1:
            out, one = chance.choice(len(items), 2, replace=False)
            cases.append(Case(items[out], [items[one]], items[:out] + items[out + 1 :]))
    if most is None or most >= len(cases):
        return cases
    return [cases[place] for place in np.sort(chance.choice(len(cases), most, replace=False))]


def _judge(question: str, ask: Ask, cases: list[Case]) -> Finding:
    right = [{case.left_out} for case in cases]
    figures = {}
    for asked, seeds in (("one item", [case.one for case in cases]), ("whole basket", [case.rest for case in cases])):
        marks = mark_hits([ask(items) for items in seeds], right, K)
        figures |= {f"HR@{K}, {asked}": float(measure_hit_rate(marks).mean())}
        figures |= {f"MRR@{K}, {asked}": float(measure_reciprocal_rank(marks).mean())}
    detail: Detail = {"cases": len(cases)} | {name: round(figure, 4) for name, figure in figures.items()}
    return Finding(f"{question}: mean of the four figures", statistics.mean(figures.values()), "", detail, "")
