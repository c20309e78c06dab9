"""The next visit: where a person went after a journey's last event."""

import dataframely as dy
import numpy as np
import polars as pl

from ingest import Sessioned
from paths.rows.numbering import mark_runs, number_values
from paths.rows.order import order_rows


def find_next_pages(
    sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned], journeys: pl.LazyFrame
) -> pl.LazyFrame:
    """Find the first page of the next session that each journey's person began after its last event."""
    return (
        journeys.select("journey", "person_id", "last_changed_at")
        .sort("last_changed_at", "journey")
        .join_asof(_find_first_pages(sessioned).lazy(), left_on="last_changed_at", right_on="began_at", by="person_id",
                   strategy="forward", allow_exact_matches=False, check_sortedness=False)
        .select("journey", "next_page")
    )  # fmt: skip


def _find_first_pages(sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned]) -> pl.DataFrame:
    """Find when each session began and which page was its first; sessions without a page are left out."""
    columns = ["person_id", "session_id", "step", "occurred_at", "page"]
    events = sessioned.lazy().filter(pl.col("robot").is_null()).select(columns).collect()
    session = number_values(events["session_id"]).codes
    order = np.arange(session.size)[order_rows([session, events["step"].to_numpy()])]
    begins = mark_runs(session[order])
    seen = np.flatnonzero(events["page"].is_not_null().to_numpy()[order])
    first_seen = seen[mark_runs(np.cumsum(begins, dtype=np.int64)[seen])]
    began = np.maximum.accumulate(np.where(begins, np.arange(order.size), 0))[first_seen]
    return pl.DataFrame(
        {
            "person_id": events["person_id"].gather(order[began]),
            "session_id": events["session_id"].gather(order[began]),
            "began_at": events["occurred_at"].gather(order[began]),
            "next_page": events["page"].gather(order[first_seen]),
        }
    ).sort("began_at", "session_id")
