"""Abandonment: at which stage of which channel journeys were given up, what was left behind, and what came back."""

import dataframely as dy
import polars as pl

from ingest import STAGES
from paths.carts.journeys import GIVEN_UP, Journey
from serving import wilson_bounds

MICROSECONDS_AN_HOUR = 3_600_000_000
COUNTS = ("stopped", "gave_up", "emptied", "open", "items_left", "value_left", "recovered", "recovered_value")


class AbandonmentStage(dy.Schema):
    """One stage on one channel. Reached = reached the next stage + gave up + open (purchase: bought)."""

    stage = dy.String(primary_key=True, description="page, cart, delivery, payment or purchase")
    channel = dy.String(primary_key=True, description="Channel of the journeys' last event")
    reached = dy.Int64(nullable=False, min=0, description="Journeys that came to this stage or further")
    gave_up = dy.Int64(nullable=False, min=0, description="Journeys that came no further and were abandoned or emptied")
    emptied = dy.Int64(nullable=False, min=0, description="Of those who gave up: took everything out of the cart")
    share = dy.Float64(nullable=True, min=0, max=1, description="Gave up, of those who reached the stage")
    low = dy.Float64(nullable=False, min=0, max=1, description="Lower 95 % Wilson bound of the share")
    high = dy.Float64(nullable=False, min=0, max=1, description="Upper 95 % Wilson bound of the share")
    open = dy.Int64(nullable=False, min=0, description="Journeys that came no further yet")
    items_left = dy.Int64(nullable=False, min=0, description="Pieces in the carts of those who gave up")
    value_left = dy.Float64(
        nullable=False, min=0, description="Worth of the carts of those who gave up, in the operator's currency"
    )
    recovered = dy.Int64(nullable=False, min=0, description="Of those who gave up: bought any of it later")
    recovered_value = dy.Float64(
        nullable=False, min=0, description="Worth of what was bought later, in the operator's currency"
    )
    recovery_hours = dy.Float64(
        nullable=True, min=0, description="Median hours from a recovered cart's last change to the purchase"
    )
    last_page = dy.String(nullable=True, description="The page most of those who gave up saw last")


def count_abandonment(journeys: dy.LazyFrame[Journey] | dy.DataFrame[Journey]) -> dy.DataFrame[AbandonmentStage]:
    """Count where journeys were given up: one row for each stage of each channel that has journeys.

    Who gave up at the stage page had no cart: they left a look, and nothing of worth. The greatest value left stands
    first; ties in the order of the stages, then of the channels. Of pages that equally many saw last, the first by name
    counts.
    """
    stage = pl.col("stage")
    cells = journeys.lazy().select("channel").unique().join(pl.LazyFrame({"stage": STAGES}), how="cross")
    counted = (
        cells.join(_count_stops(journeys.lazy()), on=["stage", "channel"], how="left")
        .join(_find_last_pages(journeys.lazy()), on=["stage", "channel"], how="left")
        .with_columns(pl.col(COUNTS).fill_null(0))
        .with_columns(stage.cast(pl.Enum(STAGES)))
        .sort("channel", "stage")
        .with_columns(reached=pl.col("stopped").cum_sum(reverse=True).over("channel"))
        .with_columns(share=pl.when(pl.col("reached") > 0).then(pl.col("gave_up") / pl.col("reached")))
        .sort("value_left", "stage", "channel", descending=[True, False, False])
        .with_columns(stage.cast(pl.String))
        .collect()
    )
    low, high = wilson_bounds(counted["gave_up"].to_numpy(), counted["reached"].to_numpy())
    return AbandonmentStage.cast(counted.with_columns(low=pl.Series(low), high=pl.Series(high)))


def _count_stops(journeys: pl.LazyFrame) -> pl.LazyFrame:
    """Count the journeys that came exactly to each stage, and what became of them and of their carts."""
    given_up, state = pl.col("state").is_in(GIVEN_UP), pl.col("state")
    took = (pl.col("recovered_at") - pl.col("last_changed_at")).dt.total_microseconds() / MICROSECONDS_AN_HOUR
    return (
        journeys.sort("person_id", "number")
        .group_by("stage", "channel", maintain_order=True)
        .agg(
            stopped=pl.len(),
            gave_up=given_up.sum(),
            emptied=(state == "emptied").sum(),
            open=(state == "open").sum(),
            items_left=pl.col("items_left").filter(given_up).sum(),
            value_left=pl.col("value_left").filter(given_up).sum(),
            recovered=pl.col("recovered_at").count(),
            recovered_value=pl.col("recovered_value").sum(),
            recovery_hours=took.median(),
        )
    )


def _find_last_pages(journeys: pl.LazyFrame) -> pl.LazyFrame:
    """Find the page that most of those who gave up saw last."""
    return (
        journeys.filter(pl.col("state").is_in(GIVEN_UP), pl.col("last_page").is_not_null())
        .group_by("stage", "channel", "last_page")
        .len()
        .sort("stage", "channel", "len", "last_page", descending=[False, False, True, False])
        .group_by("stage", "channel", maintain_order=True)
        .agg(pl.col("last_page").first())
    )
