"""Interactions for the tests of the models of taste."""

import gzip
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from evaluation import mark_hits, measure_ndcg
from recommend import Interaction
from serving import RankedLists, rank_from_items

MOMENT = datetime(2026, 3, 2, tzinfo=UTC)


class Table(NamedTuple):
    """Who cared for what, dense."""

    items: list[str]
    cared: npt.NDArray[np.float64]


def care(*pairs: tuple[str, str]) -> pl.DataFrame:
    """Make one interaction of each (person, item); a repeat adds nothing."""
    frame = pl.DataFrame(sorted(set(pairs)), schema=["person_id", "item_id"], orient="row")
    return Interaction.validate(frame.with_columns(weight=1.0, last_at=pl.lit(MOMENT)), cast=True)


def tabulate(pairs: list[tuple[str, str]]) -> Table:
    """Lay the same out as people × items of 0 and 1."""
    people, items = sorted({person for person, _ in pairs}), sorted({item for _, item in pairs})
    cared = np.zeros((len(people), len(items)))
    for person, item in pairs:
        cared[people.index(person), items.index(item)] = 1
    return Table(items, cared)


def read_ties(lists: RankedLists) -> dict[tuple[str, str], float]:
    """Tell the weight of each pair that stands in a list."""
    return {
        (str(key), str(lists.targets[target])): float(score)
        for key in lists.keys
        for target, score in zip(lists.rank_targets(str(key)).target, lists.rank_targets(str(key)).score, strict=True)
    }


class Movies(NamedTuple):
    """MovieLens-100k: 75 % of each film's ratings, and the rest."""

    known: pl.DataFrame
    seen: dict[str, list[str]]
    later: dict[str, list[str]]


def read_movies(data_dir: Path) -> Movies:
    """Split the ratings of MovieLens-100k by chance."""
    text = gzip.decompress((data_dir / "movielens_100k" / "ml-data_u.data.gz").read_bytes())
    ratings = pl.read_csv(text, separator="\t", has_header=False, new_columns=["person", "item", "rating", "time"])
    chance = pl.Series(np.random.default_rng(42).random(ratings.height))
    ratings = ratings.cast(pl.String).with_columns(chance=chance)
    ratings = ratings.with_columns(share=pl.col("chance").rank().over("item") / pl.len().over("item"))
    known, later = ratings.filter(pl.col("share") <= 0.75), ratings.filter(pl.col("share") > 0.75)
    seen = dict(known.sort("item").group_by("person").agg("item").rows())
    after = {person: items for person, items in later.group_by("person").agg("item").rows() if person in seen}
    return Movies(care(*known.select("person", "item").rows()), seen, after)


def measure_lists(lists: RankedLists, movies: Movies) -> float:
    """Measure nDCG@10 over people, seen films removed."""
    answers = []
    for person in movies.later:
        pool = rank_from_items(lists, movies.seen[person], [1.0] * len(movies.seen[person]), most=10)
        answers.append([str(lists.targets[code]) for code in pool.target])
    return float(measure_ndcg(mark_hits(answers, list(movies.later.values()), k=10)).mean())
