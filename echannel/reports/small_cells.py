"""Small cells: what tells of so few people that they could be told apart is left empty."""

from collections.abc import Mapping, Sequence

import polars as pl

from serving import SMALLEST_COUNT


def leave_out_few(rows: pl.DataFrame) -> pl.DataFrame:
    """Leave out the rows that tell of 1 to 9 people, as their column `people` counts them."""
    return rows.filter(pl.col("people") >= SMALLEST_COUNT)


def hide_small_cells(table: pl.DataFrame, told: Mapping[str, Sequence[str]]) -> pl.DataFrame:
    """Empty the columns that tell of 1 to 9 people, by the column that counts these.

    `told` names for each count what else it could be worked out from; the count itself is emptied too. Nobody is no
    small group: 0 stays.
    """
    few = {count: pl.col(count).is_between(1, SMALLEST_COUNT - 1) for count in told}
    by_column: dict[str, pl.Expr] = {}
    for count, columns in told.items():
        for column in (count, *columns):
            by_column[column] = by_column.get(column, pl.lit(value=False)) | few[count]
    return table.with_columns(pl.when(~hidden).then(column).alias(column) for column, hidden in by_column.items())
