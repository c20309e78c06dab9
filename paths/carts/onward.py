"""Onward: where a person went after a journey's last event, in the same visit and with the next one."""

from typing import NamedTuple

import dataframely as dy
import numpy as np
import polars as pl

from ingest import Sessioned
from paths.rows.numbering import Ints, mark_runs, number_values
from paths.rows.order import order_rows

NEXT_PAGES = 5
"""Pages of the same visit that those who left are followed over."""


class Walks(NamedTuple):
    """What people saw: one row an event with a page, by session and step; and one row a session."""

    session: Ints
    step: Ints
    page: pl.Series
    sessions: pl.DataFrame
    """`session_id`, its number in `session`, its `person_id`, when it `began_at`, and its first page."""


def read_walks(sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned]) -> Walks:
    """Read the pages that people saw; sessions without a page are left out."""
    columns = ["person_id", "session_id", "step", "occurred_at", "page"]
    events = sessioned.lazy().filter(pl.col("robot").is_null()).select(columns).collect()
    numbered, steps = number_values(events["session_id"]), events["step"].to_numpy()
    order = np.arange(steps.size)[order_rows([numbered.codes, steps])]
    session, begins = numbered.codes[order], mark_runs(numbered.codes[order])
    seen = np.flatnonzero(events["page"].is_not_null().to_numpy()[order])
    first_seen = seen[mark_runs(session[seen])]
    began = np.maximum.accumulate(np.where(begins, np.arange(order.size), 0))[first_seen]
    sessions = pl.DataFrame(
        {
            "session_id": numbered.names.gather(session[first_seen]),
            "session": session[first_seen],
            "person_id": events["person_id"].gather(order[began]),
            "began_at": events["occurred_at"].gather(order[began]),
            "next_page": events["page"].gather(order[first_seen]),
        }
    )
    return Walks(session[seen], steps[order[seen]], events["page"].gather(order[seen]), sessions)


def find_next_visits(walks: Walks, journeys: pl.LazyFrame) -> pl.LazyFrame:
    """Find the first page of the next session that each journey's person began after its last event."""
    visits = walks.sessions.select("person_id", "session_id", "began_at", "next_page").sort("began_at", "session_id")
    return (
        journeys.select("journey", "person_id", "last_changed_at")
        .sort("last_changed_at", "journey")
        .join_asof(visits.lazy(), left_on="last_changed_at", right_on="began_at", by="person_id",
                   strategy="forward", allow_exact_matches=False, check_sortedness=False)
        .select("journey", "next_page")
    )  # fmt: skip


def find_next_pages(walks: Walks, journeys: pl.DataFrame) -> pl.DataFrame:
    """Find the pages, at most five, that the session of each journey's last event went on with; no row where none.

    `journeys` has `journey`, and the `session_id` and `step` of its last event.
    """
    lasts = journeys.join(walks.sessions.select("session_id", "session"), on="session_id").sort("journey")
    after = _find_places(walks, lasts)[:, None] + np.arange(NEXT_PAGES)
    inside = after < walks.session.size
    inside[inside] = walks.session[after[inside]] == np.repeat(lasts["session"].to_numpy(), inside.sum(axis=1))
    number, _ = np.nonzero(inside)
    pages = pl.DataFrame({"journey": lasts["journey"].gather(number), "next_pages": walks.page.gather(after[inside])})
    return pages.group_by("journey", maintain_order=True).agg("next_pages")


def _find_places(walks: Walks, lasts: pl.DataFrame) -> Ints:
    """Find the row after each journey's last event: sessions ascend, and in each the steps."""
    stride = 1 + max(int(walks.step.max(initial=0)), int(lasts["step"].max() or 0))  # type: ignore[arg-type]
    keys = walks.session * stride + walks.step
    places: Ints = np.searchsorted(keys, lasts["session"].to_numpy() * stride + lasts["step"].to_numpy(), side="right")
    return places
