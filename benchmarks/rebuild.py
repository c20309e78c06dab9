"""Ask what a rebuild of the taste model costs beside implicit's default fifteen rounds, and whether it is as good.

MovieLens-1M, a tenth of the ratings put aside to be found. Of the others 70 % were known six days ago, and a twentieth
more each day, of which each rebuilt the model as it is rebuilt today. More rows repeat the people, under other names.
"""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import dataframely as dy
import numpy as np
import numpy.typing as npt
import polars as pl
import scipy.sparse

from benchmarks.measurement import Detail, Finding, Race, Rival
from evaluation import ComparisonSettings, bound_difference, mark_hits, measure_ndcg
from recommend import AlsSettings, Interaction, train_als
from serving import ItemFactors

FloatArray = npt.NDArray[np.float64]

SETTINGS = AlsSettings(factors=64)
"""64 factors, as in the figures of other systems; the rest as by default."""
K = 10
RATINGS = 1_000_209
DAYS = (0.70, 0.75, 0.80, 0.85, 0.90)


class Yesterday(NamedTuple):
    """What is known today, the factors of yesterday, and what people rated besides."""

    known: dy.DataFrame[Interaction]
    place: ItemFactors | None
    seen: list[list[str]]
    later: list[list[str]]


def prepare(rows: int) -> Yesterday:
    """Draw the tenth by chance, and train the factors of the days before."""
    ratings = _read(rows)
    chance = np.random.default_rng(5).random(ratings.height)
    known, later = ratings.filter(pl.Series(chance < 0.9)), ratings.filter(pl.Series(chance >= 0.9))
    rows_known = Interaction.cast(known.sort("person_id", "item_id"))
    seen, asked = (part.group_by("person_id").agg(pl.col("item_id").sort()) for part in (known, later))
    cases = seen.join(asked, on="person_id", suffix="_later").sort("person_id")
    place = None
    for share in DAYS:
        place = train_als(Interaction.cast(rows_known.sample(fraction=share, seed=1)), SETTINGS, place)
    return Yesterday(rows_known, place, cases["item_id"].to_list(), cases["item_id_later"].to_list())


def rebuild(day: Yesterday) -> ItemFactors:
    return train_als(day.known, SETTINGS, day.place)


def build_afresh(day: Yesterday) -> ItemFactors:
    return train_als(day.known, SETTINGS)


def run_implicit(day: Yesterday) -> ItemFactors:
    """Run implicit's own fifteen rounds from its own start, with our other settings; reading the rows included."""
    from implicit.cpu.als import AlternatingLeastSquares
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    (_, person), (names, item) = (
        np.unique(day.known[name].to_numpy().astype(str), return_inverse=True) for name in ("person_id", "item_id")
    )
    weights = day.known["weight"].to_numpy().astype(np.float32)
    with threadpool_limits(1, "blas"):
        model = AlternatingLeastSquares(
            factors=SETTINGS.factors, regularization=SETTINGS.regularization, alpha=SETTINGS.alpha, random_state=42
        )
        model.fit(scipy.sparse.csr_matrix((weights, (person, item))), show_progress=False)
    return ItemFactors.from_rows(
        names, model.item_factors, regularization=SETTINGS.regularization, alpha=SETTINGS.alpha
    )


def compare(day: Yesterday) -> Detail:
    """Tell how well each foresees what people rated besides, and how far ours are from `implicit` (95 %)."""
    contenders = {"rebuilt": rebuild, "afresh": build_afresh, "implicit": run_implicit}
    gains = {name: _measure(run(day), day) for name, run in contenders.items()}
    detail: Detail = {"people": len(day.seen)} | {f"{name}_ndcg": round(gain.mean(), 4) for name, gain in gains.items()}
    for name in ("rebuilt", "afresh"):
        more = gains[name] - gains["implicit"]
        low, high = bound_difference(more, np.arange(len(more)), ComparisonSettings())
        detail[f"{name}_above_implicit"] = f"{more.mean():+.4f} ({low:+.4f} to {high:+.4f})"
    return detail


RACE = Race(
    "rebuild the taste model from the factors in place",
    RATINGS,
    prepare,
    rebuild,
    (
        Rival("implicit's start and 15 rounds", run_implicit, "<= 0.5", "<= 1.5"),
        Rival("4 rounds afresh", build_afresh),
    ),
    compare,
)


def answer(rows: int | None) -> list[Finding]:
    return RACE.run("benchmarks.rebuild:RACE", rows)


def _read(rows: int) -> pl.DataFrame:
    file = Path(os.environ["ECHANNEL_TEST_DATA"]) / "movielens_1m_notime" / "ml1m_user_item_rating.parquet"
    people, items, *_ = pl.read_parquet(file).iter_columns()
    moment = pl.lit(datetime(2026, 3, 2, tzinfo=UTC))
    tiles = [
        pl.DataFrame({"person_id": pl.select(pl.format("{}-{}", pl.lit(tile), people)).to_series(), "item_id": items})
        for tile in range(-(-rows // RATINGS))
    ]
    return pl.concat(tiles).head(rows).select(
        "person_id", pl.col("item_id").cast(pl.String), weight=pl.lit(1.0), last_at=moment
    )  # fmt: skip


def _measure(model: ItemFactors, day: Yesterday) -> FloatArray:
    """Measure nDCG@10 for each person."""
    lists = []
    for seen in day.seen:
        places = np.searchsorted(model.items, seen)
        known = places[(places < len(model.items)) & (model.items[np.minimum(places, len(model.items) - 1)] == seen)]
        scores = model.score_items(model.fold_in(known, np.ones(len(known))))
        scores[known] = -np.inf
        lists.append(model.items[np.argsort(-scores, kind="stable")[:K]].tolist())
    return measure_ndcg(mark_hits(lists, day.later, K))
