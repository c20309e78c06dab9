"""Ask how many pairs are called significant where chance alone ties items: real shops' baskets, shuffled."""

import statistics

import dataframely as dy

from benchmarks.fisher import count_significant
from benchmarks.measurement import Finding
from benchmarks.shops import read_shops
from evaluation import shuffle_baskets
from recommend import Basket, Pair, PairSettings, count_pairs

SEEDS = 20
ROUNDS = 40
"""Trades of each basket. With ten, the largest baskets of online_retail_ii are not mixed yet."""
LEVEL = 0.05


def answer(rows: int | None) -> list[Finding]:
    """Shuffle each shop `SEEDS` times, or as often as asked."""
    return [_ask(shop, baskets, rows or SEEDS) for shop, baskets in read_shops().items()]


def _ask(shop: str, baskets: dy.DataFrame[Basket], seeds: int) -> Finding:
    found, surest, by_fisher = [], [], []
    for seed in range(seeds):
        pairs = count_pairs(Basket.cast(shuffle_baskets(baskets, seed, ROUNDS)), PairSettings())
        found.append(_count(pairs))
        surest.append(pairs["q_value"].min())
        by_fisher.append(_count_by_fisher(baskets, pairs))
    real = count_pairs(baskets, PairSettings())
    return Finding(
        f"{shop}: shuffles of {seeds} in which any pair is significant at q = 5 %",
        sum(count > 0 for count in found),
        f"<= {seeds / 20:g}",
        {
            "baskets": real["baskets_all"][0],
            "pairs": real.height,
            "least_q": round(min(surest), 3),
            "found_most": max(found),
            "found_unshuffled": _count(real),
            "fisher_found_median": statistics.median(by_fisher),
            "fisher_found_range": f"{min(by_fisher)}-{max(by_fisher)}",
            "fisher_found_unshuffled": _count_by_fisher(baskets, real),
        },
        "runs",
    )


def _count(pairs: dy.DataFrame[Pair]) -> int:
    return int((pairs["q_value"] <= LEVEL).sum())


def _count_by_fisher(baskets: dy.DataFrame[Basket], pairs: dy.DataFrame[Pair]) -> int:
    """Test the same pairs with Fisher's exact test and Bonferroni's correction for as many tests as ours."""
    common = int((baskets.group_by("item_id").len()["len"] >= PairSettings().min_together).sum())
    both, of_a, of_b = (pairs[name].to_numpy() for name in ("baskets", "baskets_a", "baskets_b"))
    return count_significant(both, of_a, of_b, pairs["baskets_all"][0], LEVEL / (common * (common - 1) / 2))
