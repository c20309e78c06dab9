"""Offers: logs of impressions and policies, drawn as tables.

    draw_log('''
        item | propensity | shown | clicked
        -----+------------+-------+--------
        A    | 0.8        | 800   | 16
    ''')

gives 800 impressions of A, each in a round of its own, of which the first 16 are clicked; context `web` and position 1
unless drawn.
"""

import polars as pl

from tests.drawing import draw_rows

FILLED_IN = {"context": "web", "position": "1"}


def draw_log(text: str) -> pl.DataFrame:
    """Read a drawn log: one row for as many impressions as it says."""
    rows = [
        {**FILLED_IN, **row, "clicked": number < int(row["clicked"] or 0)}
        for row in draw_rows(text)
        for number in range(int(row["shown"] or 0))
    ]
    table = pl.DataFrame(rows).with_row_index("round").drop("shown")
    return table.cast({"round": pl.Int64, "position": pl.Int64, "propensity": pl.Float64})


def draw_policy(text: str) -> pl.DataFrame:
    """Read a drawn policy: one row for each item it may show in a position."""
    table = pl.DataFrame([{**FILLED_IN, **row} for row in draw_rows(text)])
    return table.cast({"position": pl.Int64, "probability": pl.Float64})
