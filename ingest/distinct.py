"""Distinct values: what is costly to tell of a text is told once for each that occurs."""

from collections.abc import Callable

import polars as pl


def judge_distinct(values: pl.Series, judge: Callable[[pl.Series], pl.DataFrame]) -> pl.DataFrame:
    """Judge each distinct value once, and return a frame that has for each row its value's verdict.

    `judge` takes the distinct values, in any order and null among them if it occurs, and returns as many rows.
    """
    if values.is_empty():
        return judge(values)
    distinct = values.unique()
    places = pl.int_range(len(distinct), eager=True, dtype=pl.Int64)
    place = values.replace_strict(distinct, places, return_dtype=pl.Int64)
    return judge(distinct).select(pl.all().gather(place))
