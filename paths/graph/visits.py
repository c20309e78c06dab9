"""Visits: the pages of each session in the order they were seen, as arrays of integers."""

from dataclasses import dataclass
from typing import Self

import dataframely as dy
import numpy as np
import polars as pl

from ingest import Sessioned
from paths.rows.numbering import Ints, mark_runs, number_values
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

    def collapse_repeats(self) -> Self:
        """Count a page seen again without another between as one visit, at the time of the first."""
        kept = mark_runs(self.session) | mark_runs(self.page)
        session, channel, page, time = (part[kept] for part in (self.session, self.channel, self.page, self.time))
        return type(self)(session, channel, page, time, self.channel_names, self.page_names)


def read_visits(sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned]) -> Visits:
    """Read the visits of people; events without a page are none."""
    columns = ["session_id", "step", "channel", "page", "occurred_at"]
    events = sessioned.lazy().filter(pl.col("robot").is_null()).select(columns).collect()
    sessions, channels = number_values(events["session_id"]), number_values(events["channel"])
    order = order_rows([sessions.codes, events["step"].to_numpy()])
    session = sessions.codes[order]
    firsts = np.flatnonzero(mark_runs(session))
    channel = np.repeat(channels.codes[order][firsts], np.diff(firsts, append=session.size))
    seen = events["page"].is_not_null()
    pages = number_values(events["page"].filter(seen))
    page = np.full(session.size, -1)
    page[seen.to_numpy()] = pages.codes
    page, time = page[order], events["occurred_at"].dt.epoch("us").to_numpy()[order]
    kept = page >= 0
    return Visits(session[kept], channel[kept], page[kept], time[kept], channels.names, pages.names)
