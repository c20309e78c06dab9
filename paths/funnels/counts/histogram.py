"""The histogram of the time to convert."""

from itertools import pairwise

import dataframely as dy
import numpy as np
import polars as pl

from paths.funnels.counts.segments import sort_segments
from paths.funnels.counts.stretches import STRETCH, Stretch, measure_stretches
from paths.funnels.definition import FunnelDefinition
from paths.funnels.levels import Level

MINUTE, HOUR, DAY = 60, 3_600, 86_400
EDGES = np.array(
    [
        0, 1, 2, 5, 10, 20, 30,
        *(MINUTE * number for number in (1, 2, 5, 10, 20, 30)),
        *(HOUR * number for number in (1, 2, 4, 8, 12)),
        *(DAY * number for number in (1, 2, 4, 7, 14, 30, 60, 180, 365)),
    ]
)  # fmt: skip
"""Where bins begin, in seconds: the durations that people say, one and a half to three times apart, so nearly evenly
spaced in the logarithm. Times to convert run from seconds to days: bins of one width (Freedman and Diaconis, 1981)
would put nearly all into the first or need thousands, and would change with the data, so that no two days or segments
could be laid side by side."""


class TimeBin(Stretch):
    """Those of one segment whom one stretch of one funnel took about so long."""

    from_seconds = dy.Int64(primary_key=True, min=0, description="They took at least so long, in seconds")
    to_seconds = dy.Int64(nullable=True, min=1, description="And less than this; null: no limit")
    entrants = dy.Int64(nullable=False, min=0, description="How many they are")
    share = dy.Float64(nullable=False, min=0, max=1, description="Of all of the segment who went the stretch")


def bin_times(levels: dy.LazyFrame[Level] | dy.DataFrame[Level], funnel: FunnelDefinition) -> dy.DataFrame[TimeBin]:
    """Count how many took how long for each stretch: all bins from the quickest entrant's to the slowest's."""
    seconds = measure_stretches(levels, funnel).collect()
    place = np.searchsorted(EDGES, seconds["seconds"].to_numpy(), side="right") - 1
    counted = seconds.lazy().with_columns(bin=place).group_by(*STRETCH, "bin").agg(entrants=pl.len().cast(pl.Int64))
    return TimeBin.cast(
        sort_segments(
            _list_bins(counted)
            .join(counted, on=[*STRETCH, "bin"], how="left")
            .join(_name_edges(), on="bin")
            .with_columns(pl.col("entrants").fill_null(0), funnel=pl.lit(funnel.name))
            .with_columns(share=pl.col("entrants") / pl.col("entrants").sum().over(STRETCH)),
            pl.col("stretch") != "whole",
            "from_step",
            "to_step",
            "from_seconds",
        ).collect()
    )


def _list_bins(counted: pl.LazyFrame) -> pl.LazyFrame:
    """List all bins between the first and the last of each stretch."""
    return (
        counted.group_by(STRETCH)
        .agg(bin=pl.int_range(pl.col("bin").min(), pl.col("bin").max() + 1))
        .explode("bin")
        .with_columns(pl.col("bin").cast(pl.Int64))
    )


def _name_edges() -> pl.LazyFrame:
    edges = [*map(int, EDGES), None]
    return pl.LazyFrame(
        [(place, begin, end) for place, (begin, end) in enumerate(pairwise(edges))],
        schema={"bin": pl.Int64, "from_seconds": pl.Int64, "to_seconds": pl.Int64},
        orient="row",
    )
