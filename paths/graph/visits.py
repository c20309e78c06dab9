"""Visits: the pages of each session in the order they were seen, as arrays of integers."""

from dataclasses import dataclass, replace
from typing import Self, TypeAlias

import dataframely as dy
import numpy as np
import polars as pl

from ingest import Sessioned
from paths.graph.settings import PathSettings
from paths.rows.numbering import Ints, mark_run_ends, mark_runs, number_values
from paths.rows.order import order_rows


@dataclass(frozen=True)
class Visits:
    """People's page visits, by session and step: one row a visit, times in microseconds."""

    session: Ints
    channel: Ints
    """Channel of the session's first event."""
    page: Ints
    time: Ints
    channel_names: pl.Series
    page_names: pl.Series

    def apply(self, settings: PathSettings | None) -> Self:
        """Make one visit of a page seen several times on end, unless the settings keep them all."""
        settings = settings or PathSettings()
        return self if settings.repeats == "kept" else self._collapse(settings.time_of_run == "last")

    def _collapse(self, at_last: bool) -> Self:
        kept = mark_runs(self.session) | mark_runs(self.page)
        timed = mark_run_ends(self.session) | mark_run_ends(self.page) if at_last else kept
        session, channel, page, time = self.session[kept], self.channel[kept], self.page[kept], self.time[timed]
        return replace(self, session=session, channel=channel, page=page, time=time)


Walks: TypeAlias = dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned] | Visits
"""What path tables are counted from: events with their sessions, or visits that were read of them before."""


def read_visits(walks: Walks) -> Visits:
    """Read the visits of people, every reload for itself; events without a page are none.

    Whoever makes several tables reads the visits once and hands them to each.
    """
    if isinstance(walks, Visits):
        return walks
    events, session, order = order_events(walks, ["channel", "page", "occurred_at"])
    channels = number_values(events["channel"])
    firsts = np.flatnonzero(mark_runs(session))
    channel = np.repeat(channels.codes[order][firsts], np.diff(firsts, append=session.size))
    seen = events["page"].is_not_null()
    pages = number_values(events["page"].filter(seen))
    page = np.full(session.size, -1)
    page[seen.to_numpy()] = pages.codes
    page, time = page[order], events["occurred_at"].dt.epoch("us").to_numpy()[order]
    kept = page >= 0
    return Visits(session[kept], channel[kept], page[kept], time[kept], channels.names, pages.names)


def order_events(
    sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned], columns: list[str]
) -> tuple[pl.DataFrame, Ints, Ints | slice]:
    """Read some columns of people's events; with the order of sessions and steps, and the sessions' numbers in it."""
    people = sessioned.lazy().filter(pl.col("robot").is_null())
    events = people.select("session_id", "step", *columns).collect()
    step = events["step"].to_numpy()
    session = _number_sessions(events["session_id"], step)
    order = order_rows([session, step])
    return events, session[order], order


def _number_sessions(ids: pl.Series, step: Ints) -> Ints:
    """Number the sessions; only those that lie torn apart are looked up by their ids.

    Rows of one session mostly lie together. A session has one step 1, so a run of rows that begins with it is the
    session's first; another run of it begins with a later step.
    """
    runs = ids.rle_id().to_numpy().astype(np.int64)
    firsts = np.flatnonzero(mark_runs(runs))
    heads = ids.gather(firsts)
    later = step[firsts] > 1
    if not later.any():
        return runs
    torn = heads.is_in(heads.filter(later).unique().implode())
    number = np.arange(firsts.size)
    number[torn.to_numpy()] = firsts.size + number_values(heads.filter(torn)).codes
    numbers: Ints = number[runs]
    return numbers
