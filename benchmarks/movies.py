"""MovieLens-100k as the models of taste are judged by it: the stratified split of Microsoft's Recommenders."""

import gzip
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import dataframely as dy
import numpy as np
import polars as pl

from recommend import Interaction

SHARE = 0.75
VALIDATION_SEEDS = (7, 8, 9)


class Movies(NamedTuple):
    """Ratings to learn from, and for each person who has any: the films they had rated, and those to be found."""

    known: dy.DataFrame[Interaction]
    seen: list[list[str]]
    later: list[list[str]]


def read_test() -> Movies:
    """Split all ratings, with the seed of the protocol."""
    return _ask(*_split(_read(), 42))


def read_earlier_test() -> Movies:
    """Split all ratings as the protocol's splitter did until 2022: each film shuffled by itself, with one seed for all.

    Three quarters of a film are known, rounded half to even.
    """
    ratings = _read()
    films = ratings.with_row_index("row").group_by("item_id", maintain_order=True).agg("row")["row"]
    known = np.zeros(ratings.height, np.bool_)
    for rows in films:
        known[rows.gather(np.random.RandomState(42).permutation(len(rows))[: round(SHARE * len(rows))])] = True
    return _ask(ratings.filter(pl.Series(known)), ratings.filter(pl.Series(~known)))


def read_validation(seed: int) -> Movies:
    """Split the training part once more; the test part is not read."""
    return _ask(*_split(_split(_read(), 42)[0], seed))


def _read() -> pl.DataFrame:
    file = Path(os.environ["ECHANNEL_TEST_DATA"]) / "movielens_100k" / "ml-data_u.data.gz"
    names = ["person_id", "item_id", "rating", "seconds"]
    ratings = pl.read_csv(gzip.decompress(file.read_bytes()), separator="\t", has_header=False, new_columns=names)
    return ratings.select(pl.col("person_id", "item_id").cast(pl.String))


def _split(ratings: pl.DataFrame, seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Draw three quarters of each film's ratings, rounded down, as `python_stratified_split(filter_by="item")` does.

    Number for number the same draw (recommenders 1.2): chances in the order of the file, the smallest of each film are
    known. Any rating counts as interest.
    """
    chance = pl.Series("chance", np.random.RandomState(seed).random_sample(ratings.height))
    place = pl.col("chance").rank("ordinal").over("item_id")
    kept = ratings.with_columns(chance).select(place <= pl.len().over("item_id") * SHARE).to_series()
    return ratings.filter(kept), ratings.filter(~kept)


def _ask(known: pl.DataFrame, later: pl.DataFrame) -> Movies:
    seen, asked = (part.sort("item_id").group_by("person_id").agg("item_id") for part in (known, later))
    cases = seen.join(asked, on="person_id", suffix="_later").sort("person_id")
    moment = pl.lit(datetime(2026, 3, 2, tzinfo=UTC))
    rows = Interaction.cast(known.sort("person_id", "item_id").with_columns(weight=1.0, last_at=moment))
    return Movies(rows, cases["item_id"].to_list(), cases["item_id_later"].to_list())
