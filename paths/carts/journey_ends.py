"""Ends: what each journey's events come to, and how and when it ended."""

from datetime import datetime, timedelta

import numpy as np
import polars as pl

from ingest import STAGES
from paths.rows.numbering import Ints, mark_run_ends, mark_runs


def summarize_journeys(events: pl.DataFrame) -> pl.DataFrame:
    """Sum up each journey's events: one row a journey, without its end and its cart."""
    journey = events["journey"].to_numpy()
    firsts, lasts = np.flatnonzero(mark_runs(journey)), np.flatnonzero(mark_run_ends(journey))
    stage = events["stage"].to_physical().to_numpy()
    page_seen = np.where(events["page"].is_not_null().to_numpy(), np.arange(journey.size), -1)
    last_seen = pl.Series(_find_greatest(page_seen, firsts)).replace(-1, None)
    return pl.DataFrame(
        {
            "journey": journey[firsts],
            "person_id": events["person_id"].gather(firsts),
            "session_id": events["session_id"].gather(lasts),
            "step": events["step"].gather(lasts),
            "channel": events["channel"].gather(lasts).cast(pl.String),
            "device": events["device"].gather(lasts),
            "opened_at": events["occurred_at"].gather(firsts),
            "last_changed_at": events["occurred_at"].gather(lasts),
            "emptied": events["emptied"].gather(lasts),
            "stage": pl.Series(STAGES).gather(_find_greatest(stage, firsts)),
            "last_page": events["page"].gather(last_seen),
        }
    )


def tell_ends(journeys: pl.DataFrame, quiet: timedelta, data_ends_at: datetime) -> pl.DataFrame:
    """Tell how and when each journey ended: `state` and `ended_at`."""
    last = pl.col("last_changed_at")
    state = (
        pl.when(pl.col("stage") == "purchase")
        .then(pl.lit("bought"))
        .when("emptied")
        .then(pl.lit("emptied"))
        .when(last + quiet < data_ends_at)
        .then(pl.lit("abandoned"))
        .otherwise(pl.lit("open"))
    )
    silent_at = pl.when(pl.col("state") == "abandoned").then(last + quiet)
    bought_or_emptied = pl.col("state").is_in(["bought", "emptied"])
    return journeys.with_columns(state=state).with_columns(
        ended_at=pl.when(bought_or_emptied).then(last).otherwise(silent_at)
    )


def _find_greatest(values: Ints, firsts: Ints) -> Ints:
    """Find the greatest value of each run that begins at `firsts`."""
    return np.maximum.reduceat(values, firsts).astype(np.int64) if firsts.size else firsts
