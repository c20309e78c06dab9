"""Ask how often the next click of real sessions is foreseen: session neighbours beside rules, Markov, kNN, popularity.

Each prefix of a test session asks for the item that follows, the current one allowed; the first 20 places count. Fewer
cases with `--rows N`, drawn by chance. Settings were chosen on validation splits, by `benchmarks.click_search`.
"""

import random
import statistics
import time
from collections.abc import Callable

from benchmarks.click_data import NAMES, Case, read_test
from benchmarks.click_models import list_contenders, read_walks
from benchmarks.measurement import Detail, Finding
from paths import ClickWalks
from serving import Answers

K = 20
TARGETS = {
    "yoochoose_100k": {"neighbours, chosen settings": (0.693, 0.376), "sequential rules": (0.617, 0.351)},
    "diginetica_sessions": {"neighbours, chosen settings": (0.542, 0.190)},
    "retailrocket_sessions": {"neighbours, chosen settings": (0.57, 0.30)},
}
"""HR@20 and MRR@20 to reach."""


def answer(rows: int | None) -> list[Finding]:
    return [finding for name in NAMES for finding in _judge_all(name, rows)]


def _judge_all(name: str, rows: int | None) -> list[Finding]:
    data = read_test(name)
    cases = random.Random(1).sample(data.cases, rows) if rows and rows < len(data.cases) else data.cases
    walks = read_walks(data.sessions)
    return [
        finding
        for model, learn in list_contenders(name).items()
        for finding in _judge(name, model, learn, walks, cases)
    ]


def _judge(
    name: str, model: str, learn: Callable[[ClickWalks], Answers], walks: ClickWalks, cases: list[Case]
) -> list[Finding]:
    began = time.perf_counter()
    answers = learn(walks)
    fitted = time.perf_counter() - began
    places, seconds = [], []
    for case in cases:
        began = time.perf_counter()
        said = answers.next_item(case.visit, n=K, now_ms=0, stay=True)
        seconds.append(time.perf_counter() - began)
        ids = [item.id for item in said.items]
        places.append(ids.index(case.target) + 1 if case.target in ids else 0)
    hits = sum(place > 0 for place in places) / len(places)
    ranks = sum(1 / place for place in places if place) / len(places)
    wanted = [f">= {target}" for target in TARGETS[name].get(model, ())] or ["", ""]
    detail: Detail = {"cases": len(cases), "fit_seconds": round(fitted, 2)}
    detail |= {"median_ms": round(statistics.median(seconds) * 1000, 3)}
    return [
        Finding(f"{name}: {model}: HR@{K}", hits, wanted[0], detail, ""),
        Finding(f"{name}: {model}: MRR@{K}", ranks, wanted[1], detail, ""),
    ]
