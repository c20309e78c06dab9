"""The next visit: where a person went after a journey's last event."""

import dataframely as dy
import polars as pl

from ingest import Sessioned


def find_next_pages(
    sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned], journeys: pl.LazyFrame
) -> pl.LazyFrame:
    """Find the first page of the next session that each journey's person began after its last event."""
    has_page = pl.col("page").is_not_null()
    visits = (
        sessioned.lazy()
        .filter(pl.col("robot").is_null())
        .group_by("person_id", "session_id")
        .agg(
            began_at=pl.col("occurred_at").min(),
            next_page=pl.col("page").filter(has_page).get(pl.col("step").filter(has_page).arg_min(), null_on_oob=True),
        )
        .filter(pl.col("next_page").is_not_null())
        .sort("began_at", "session_id")
    )
    return (
        journeys.select("journey", "person_id", "last_changed_at")
        .sort("last_changed_at", "journey")
        .join_asof(visits, left_on="last_changed_at", right_on="began_at", by="person_id", strategy="forward",
                   allow_exact_matches=False, check_sortedness=False)
        .select("journey", "next_page")
    )  # fmt: skip
