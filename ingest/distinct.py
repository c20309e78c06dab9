"""Distinct values: what is costly to tell of a text is told once for each that occurs."""

from collections.abc import Callable

import polars as pl

REMEMBERED = 1 << 16

Judge = Callable[[pl.Series], pl.DataFrame]
"""Takes distinct values, in any order and null among them if it occurs, and returns as many rows."""


def judge_distinct(values: pl.Series, judge: Judge) -> pl.DataFrame:
    """Judge each distinct value once, and return a frame that has for each row its value's verdict."""
    if values.is_empty():
        return judge(values)
    distinct = values.unique()
    places = pl.int_range(len(distinct), eager=True, dtype=pl.Int64)
    place = values.replace_strict(distinct, places, return_dtype=pl.Int64)
    return judge(distinct).select(pl.all().gather(place))


class Remembered:
    """A judge of texts that come again batch after batch: each is judged once, and its verdict remembered.

    `shape` names the columns of a verdict. When there would be too many, all are forgotten. It may be asked by
    several threads at once.
    """

    def __init__(self, judge: Judge, shape: dict[str, type[pl.DataType]]) -> None:
        self._judge, self._shape = judge, shape
        self._told: dict[str | None, tuple[object, ...]] = {}

    def __call__(self, distinct: pl.Series) -> pl.DataFrame:
        """Return the verdicts on distinct texts."""
        told = self._told
        new = [text for text in distinct if text not in told]
        if len(told) + len(new) > REMEMBERED:
            self._told = told = {}
            new = distinct.to_list()
        if new:
            told.update(zip(new, self._judge(pl.Series(new, dtype=pl.String)).iter_rows(), strict=True))
        return pl.DataFrame([told[text] for text in distinct], schema=self._shape, orient="row")
