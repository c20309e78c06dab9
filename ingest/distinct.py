"""Distinct values: what is costly to tell of a text is told once for each that occurs."""

from collections.abc import Callable

import polars as pl

REMEMBERED = 1 << 16
REMEMBERED_BYTES = 1 << 24
"""What a judge remembers at most: so many texts, so long together."""

Judge = Callable[[pl.Series], pl.DataFrame]
"""Takes distinct values, in any order and null among them if it occurs, and returns as many rows."""


def judge_distinct(values: pl.Series, judge: Judge) -> pl.DataFrame:
    """Judge each distinct value once, and return a frame that has for each row its value's verdict."""
    if values.is_empty():
        return judge(values)
    distinct = values.unique()
    return judge(distinct).select(pl.all().gather(_find_places(values, distinct)))


class Remembered:
    """A judge of texts that come again batch after batch: each is judged once, and its verdict remembered.

    When there would be too many, all are forgotten. It may be asked by several threads at once.
    """

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._told: tuple[pl.Series, pl.DataFrame] | None = None

    def __call__(self, distinct: pl.Series) -> pl.DataFrame:
        """Return the verdicts on distinct texts."""
        texts, verdicts = self._told or self._learn(distinct)
        place = _find_places(distinct, texts)
        new = distinct.filter(place.is_null())
        if len(new):
            more_texts, more_verdicts = self._learn(new)
            texts, verdicts = pl.concat([texts, more_texts]), pl.concat([verdicts, more_verdicts])
            place = _find_places(distinct, texts)
        few = len(texts) <= REMEMBERED and texts.estimated_size() <= REMEMBERED_BYTES
        self._told = (texts, verdicts) if few else None
        return verdicts.select(pl.all().gather(place))

    def _learn(self, new: pl.Series) -> tuple[pl.Series, pl.DataFrame]:
        """Judge texts; what is remembered is a copy, which does not hold on to the batch it came with."""
        verdicts = self._judge(new)
        copied = pl.DataFrame(verdicts.to_dict(as_series=False), schema=verdicts.schema)
        return pl.Series(new.name, new.to_list(), dtype=new.dtype), copied


def _find_places(values: pl.Series, among: pl.Series) -> pl.Series:
    """Return the place of each value among distinct ones, null where it is not there."""
    places = pl.int_range(len(among), eager=True, dtype=pl.Int64)
    return values.replace_strict(among, places, default=None, return_dtype=pl.Int64)
