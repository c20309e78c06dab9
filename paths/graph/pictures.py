"""Pictures: a part of the path graph that fits on a screen, and how much of all clicks it shows."""

from dataclasses import dataclass
from typing import Generic, TypeVar

import dataframely as dy
import polars as pl

from paths.graph.edges import Edge

S = TypeVar("S", bound=dy.Schema)


@dataclass(frozen=True)
class Picture(Generic[S]):
    """A table that shows not everything, and how much it does."""

    table: dy.DataFrame[S]
    shown: int
    """Clicks that the table shows."""
    of: int
    """All clicks, entries and exits among them."""

    @property
    def share(self) -> float:
        """The share of clicks shown; 0 where there are none at all."""
        return self.shown / self.of if self.of else 0.0


def prune_edges(
    edges: dy.LazyFrame[Edge] | dy.DataFrame[Edge], *, most: int | None = None, share: float | None = None
) -> Picture[Edge]:
    """Keep the busiest edges: at most so many, and no more than it takes to show a share of all clicks.

    Sorted by clicks, most first, then by channel, source and target. Shares and lifts stay those of the whole graph.
    Raises ValueError where `most` is below 1 or `share` is not between 0 and 1.
    """
    _refuse(most, share)
    busiest = edges.lazy().sort("clicks", "channel", "source", "target", descending=[True, False, False, False])
    ranked = busiest.with_columns(before=pl.col("clicks").cum_sum() - pl.col("clicks")).collect()
    total = int(ranked["clicks"].sum())
    enough = pl.lit(True) if share is None else pl.col("before") < share * total
    table = Edge.cast(ranked.filter(enough).head(ranked.height if most is None else most).drop("before"))
    return Picture(table, int(table["clicks"].sum()), total)


def _refuse(most: int | None, share: float | None) -> None:
    faults = []
    if most is not None and most < 1:
        faults.append(f"most is {most}: keep at least 1 edge.")
    if share is not None and not 0 < share <= 1:
        faults.append(f"share is {share}: give more than 0 and at most 1, such as 0.8.")
    if faults:
        raise ValueError("The path graph cannot be pruned so: " + " ".join(faults))
