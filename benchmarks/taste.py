"""Ask how well films that people rated are foreseen: ALS, EASE and RP3β beside popularity, item kNN, lift and defaults.

MovieLens-100k, three quarters of each film's ratings known, the first 10 places, seen films removed. Settings were
chosen on splits of the training part: with `TASTE_VALIDATION=1` the same models are judged on those.
"""

import os
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import scipy.sparse

from benchmarks.measurement import ROUNDS, Detail, Finding
from benchmarks.movies import VALIDATION_SEEDS, Movies, read_earlier_test, read_test, read_validation
from evaluation import mark_hits, measure_average_precision, measure_ndcg
from recommend import AlsSettings, EaseSettings, WalkSettings, rank_ease, rank_rp3beta, train_als
from serving import ItemFactors, RankedLists, rank_from_items

K = 10
OURS, OURS_EARLIER = "ALS, 4 rounds", "ALS, 4 rounds, the protocol's earlier draw"
TARGETS = dict.fromkeys((OURS, OURS_EARLIER), (0.4855, 0.150, 1.0))
"""nDCG@10 and MAP@10 to reach, and seconds."""
Answer = Callable[[Sequence[str]], list[str]]
Learn = Callable[[Movies], Answer]


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


def _from_lists(lists: RankedLists) -> Answer:
    def rank(seen: Sequence[str]) -> list[str]:
        pool = rank_from_items(lists, seen, [1.0] * len(seen), most=K)
        return [str(lists.targets[code]) for code in pool.target]

    return rank


def _from_factors(factors: ItemFactors) -> Answer:
    def rank(seen: Sequence[str]) -> list[str]:
        places = np.searchsorted(factors.items, seen)
        scores = factors.score_items(factors.fold_in(places, np.ones(len(seen))))
        scores[places] = -np.inf
        return [str(factors.items[place]) for place in np.argsort(-scores, kind="stable")[:K]]

    return rank


def _rank_popular(movies: Movies) -> Answer:
    counts = (
        movies.known.group_by("item_id").len().sort("len", "item_id", descending=[True, False])["item_id"].to_list()
    )
    return lambda seen: [item for item in counts[: len(seen) + K] if item not in set(seen)][:K]


def _relate(movies: Movies, power: float, most: int) -> RankedLists:
    """Rank items by the people of both / (people of one · people of the other)^power: 0.5 is cosine, 1 is lift."""
    people, items = (movies.known[name].to_numpy() for name in ("person_id", "item_id"))
    (_, person), (names, item) = (np.unique(column.astype(str), return_inverse=True) for column in (people, items))
    table = scipy.sparse.csr_array((np.ones(len(item)), (person, item)))
    count = np.bincount(item)
    pairs = (table.T @ table).tocoo()
    one, other = pairs.coords
    apart = one != other
    one, other, both = one[apart], other[apart], pairs.data[apart]
    score = both / (count[one] * count[other]) ** power
    return RankedLists.from_codes(names, names, one, other, score=score, together=both, alone=count, most=most)


def _run_implicit(movies: Movies, **settings: Any) -> Answer:
    """Fit implicit's own ALS from its own start, as its example does; answer by fold-in."""
    from implicit.cpu.als import AlternatingLeastSquares
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    people, items = (movies.known[name].to_numpy().astype(str) for name in ("person_id", "item_id"))
    (_, person), (names, item) = (np.unique(column, return_inverse=True) for column in (people, items))
    with threadpool_limits(1, "blas"):
        model = AlternatingLeastSquares(random_state=42, **settings)
        model.fit(scipy.sparse.csr_matrix((np.ones(len(item), np.float32), (person, item))), show_progress=False)
    return _from_factors(
        ItemFactors.from_rows(names, model.item_factors, regularization=model.regularization, alpha=model.alpha)
    )


def _rebuild(rounds: int) -> Learn:
    """Start from the factors of nine tenths of the rows; what they took is counted too, unless kept from before."""
    before: dict[int, ItemFactors] = {}

    def learn(movies: Movies) -> Answer:
        if id(movies) not in before:
            before[id(movies)] = train_als(movies.known.sample(fraction=0.9, seed=1), AlsSettings())
        return _from_factors(train_als(movies.known, AlsSettings(warm_iterations=rounds), before[id(movies)]))

    return learn


CONTENDERS: dict[str, Learn] = {
    OURS: lambda movies: _from_factors(train_als(movies.known, AlsSettings())),
    "ALS, 2 rounds from the factors in place": _rebuild(2),
    "ALS, 1 round from the factors in place": _rebuild(1),
    "implicit's start and 15 rounds, our other settings": lambda movies: _run_implicit(
        movies, factors=128, regularization=60.0, alpha=10.0
    ),
    "implicit's start and 4 rounds, our other settings": lambda movies: _run_implicit(
        movies, factors=128, regularization=60.0, alpha=10.0, iterations=4
    ),
    "implicit's defaults": _run_implicit,
    "EASE": lambda movies: _from_lists(rank_ease(movies.known, EaseSettings(most=400))),
    "RP3β": lambda movies: _from_lists(rank_rp3beta(movies.known, WalkSettings(most=400))),
    "item kNN, cosine": lambda movies: _from_lists(_relate(movies, 0.5, 200)),
    "lift": lambda movies: _from_lists(_relate(movies, 1.0, 200)),
    "popularity": _rank_popular,
}
PROMISED = {OURS_EARLIER: CONTENDERS[OURS]}
