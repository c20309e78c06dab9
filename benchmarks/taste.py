"""Ask how well films that people rated are foreseen: ALS, EASE and RP3β beside popularity, item kNN, lift and defaults.

MovieLens-100k, three quarters of each film's ratings known, the first 10 places, seen films removed. Settings were
chosen on splits of the training part: with `TASTE_VALIDATION=1` the same models are judged on those.
"""

import os
import statistics
import time
from collections.abc import Callable
from typing import Any

from scipy.sparse import csr_array

from benchmarks.measurement import ROUNDS, Detail, Finding
from benchmarks.movies import VALIDATION_SEEDS, Movies, read_earlier_test, read_test, read_validation
from benchmarks.rivals import Ask, ask_factors, ask_lists, count_plainly, fit_implicit, tabulate
from evaluation import mark_hits, measure_average_precision, measure_ndcg
from recommend import AlsSettings, EaseSettings, WalkSettings, rank_ease, rank_rp3beta, train_als
from serving import ItemFactors

K = 10
OURS, OURS_EARLIER = "ALS, 4 rounds", "ALS, 4 rounds, the protocol's earlier draw"
TARGETS = dict.fromkeys((OURS, OURS_EARLIER), (0.4855, 0.150, 1.0))
"""nDCG@10 and MAP@10 to reach, and seconds."""
Learn = Callable[[Movies], Ask]


def answer(rows: int | None) -> list[Finding]:
    """Judge all models on one draw, and on the protocol's earlier one those of which a figure is promised."""
    if "TASTE_VALIDATION" in os.environ:
        return _judge_all(CONTENDERS, [read_validation(seed) for seed in VALIDATION_SEEDS], rows)
    return _judge_all(CONTENDERS, [read_test()], rows) + _judge_all(PROMISED, [read_earlier_test()], rows)


def _judge_all(contenders: dict[str, Learn], splits: list[Movies], rows: int | None) -> list[Finding]:
    return [finding for name, learn in contenders.items() for finding in _judge(name, learn, splits, rows)]


def _judge(name: str, learn: Learn, splits: list[Movies], rows: int | None) -> list[Finding]:
    gains, precisions, seconds, work = [], [], [], []
    for movies in splits:
        for _ in range(ROUNDS):
            began, worked = time.perf_counter(), time.process_time()
            ready = learn(movies)
            seconds.append(time.perf_counter() - began)
            work.append(time.process_time() - worked)
        marks = mark_hits([ready(seen) for seen in movies.seen[:rows]], movies.later[:rows], K)
        gains.append(float(measure_ndcg(marks).mean()))
        precisions.append(float(measure_average_precision(marks).mean()))
    fit = statistics.median(seconds)
    detail: Detail = {"people": len(splits[0].seen[:rows]), "splits": len(splits), "rounds": ROUNDS}
    detail |= {"fit_seconds": round(fit, 3), "fit_processor_seconds": round(statistics.median(work), 3)}
    wanted = TARGETS.get(name)
    return [
        Finding(f"{name}: nDCG@{K}", statistics.mean(gains), f">= {wanted[0]}" if wanted else "", detail, ""),
        Finding(f"{name}: MAP@{K}", statistics.mean(precisions), f">= {wanted[1]}" if wanted else "", detail, ""),
        Finding(f"{name}: fit", fit, f"<= {wanted[2]}" if wanted else "", detail, "s"),
    ]


def _rank_popular(movies: Movies) -> Ask:
    counts = (
        movies.known.group_by("item_id").len().sort("len", "item_id", descending=[True, False])["item_id"].to_list()
    )
    return lambda seen: [item for item in counts[: len(seen) + K] if item not in set(seen)][:K]


def _relate(movies: Movies, power: float) -> Ask:
    """Rank films by the people of both / (people of one · people of the other)^power: 0.5 is cosine, 1 is lift."""
    return ask_lists(count_plainly(*_tabulate(movies), power, power, most=200), K)


def _run_implicit(movies: Movies, **settings: Any) -> Ask:
    return ask_factors(fit_implicit(*_tabulate(movies), **settings), K)


def _tabulate(movies: Movies) -> tuple[list[str], csr_array]:
    return tabulate(movies.known["person_id"], movies.known["item_id"])


def _rebuild(rounds: int) -> Learn:
    """Start from the factors of nine tenths of the rows; what they took is counted too, unless kept from before."""
    before: dict[int, ItemFactors] = {}

    def learn(movies: Movies) -> Ask:
        if id(movies) not in before:
            before[id(movies)] = train_als(movies.known.sample(fraction=0.9, seed=1), AlsSettings())
        return ask_factors(train_als(movies.known, AlsSettings(warm_iterations=rounds), before[id(movies)]), K)

    return learn


CONTENDERS: dict[str, Learn] = {
    OURS: lambda movies: ask_factors(train_als(movies.known, AlsSettings()), K),
    "ALS, 2 rounds from the factors in place": _rebuild(2),
    "ALS, 1 round from the factors in place": _rebuild(1),
    "implicit's start and 15 rounds, our other settings": lambda movies: _run_implicit(
        movies, factors=128, regularization=60.0, alpha=10.0
    ),
    "implicit's start and 4 rounds, our other settings": lambda movies: _run_implicit(
        movies, factors=128, regularization=60.0, alpha=10.0, iterations=4
    ),
    "implicit's defaults": _run_implicit,
    "EASE": lambda movies: ask_lists(rank_ease(movies.known, EaseSettings(most=400)), K),
    "RP3β": lambda movies: ask_lists(rank_rp3beta(movies.known, WalkSettings(most=400)), K),
    "item kNN, cosine": lambda movies: _relate(movies, 0.5),
    "lift": lambda movies: _relate(movies, 1.0),
    "popularity": _rank_popular,
}
PROMISED = {OURS_EARLIER: CONTENDERS[OURS]}
