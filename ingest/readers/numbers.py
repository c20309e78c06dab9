"""Numbers: the values of a mapped column as numbers, and any value as text."""

import polars as pl

NUMBERS = {
    "price": pl.Float64(), "margin": pl.Float64(), "quantity": pl.Int64(), "position": pl.Int64(), "status": pl.Int64(),
    "min_age": pl.Int64(), "propensity": pl.Float64(),
}  # fmt: skip
"""The fields that are numbers."""
EXACT = 2**53
"""Below it every whole number has a float of its own."""


def read_numbers(values: pl.Series) -> pl.Series:
    """Read a column as the numbers that its field (the series' name) is made of; null where a value does not read.

    A whole number may be written with a fraction of zeros where pieces are counted: `2.0` is two.
    """
    dtype, value = NUMBERS[values.name], pl.col(values.name)
    number = value.cast(pl.Float64, strict=False)
    if dtype.is_float():
        return values.to_frame().select(pl.when(number.is_finite()).then(number).alias(values.name)).to_series()
    counted = values.cast(dtype, strict=False) if not values.dtype.is_float() else values.clear(len(values)).cast(dtype)
    if counted.null_count() == values.null_count():
        return counted
    whole = pl.when((number == number.round()) & (number.abs() < EXACT)).then(number).cast(dtype, strict=False)
    return values.to_frame().select(pl.coalesce(counted, whole).alias(values.name)).to_series()


def write_text(values: pl.Series) -> pl.Series:
    """Write values as text; a whole number held as a float is written without its `.0`, as an id is meant."""
    if not values.dtype.is_float():
        return values.cast(pl.String)
    value = pl.col(values.name)
    whole = pl.when((value == value.round()) & (value.abs() < EXACT)).then(value).cast(pl.Int64, strict=False)
    return values.to_frame().select(pl.coalesce(whole.cast(pl.String), value.cast(pl.String))).to_series()
