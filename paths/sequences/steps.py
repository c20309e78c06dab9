"""Steps: what each session came by, one after another, with whose session it is, as arrays of integers."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self

import dataframely as dy
import numpy as np
import polars as pl

from ingest import Sessioned
from paths.graph.settings import PathSettings
from paths.rows.numbering import Bools, Ints, mark_run_ends, mark_runs, number_values
from paths.rows.order import order_rows


@dataclass(frozen=True)
class Steps:
    """People's sessions: `session` … `step` have one row a step, `numbers` … `channels` one a session."""

    session: Ints
    """Number of the session, ascending from 0."""
    page: Ints
    """Number of the page, by name; −1 for an event without one."""
    event: Ints
    """Number of what happened, by name."""
    time: Ints
    """Microseconds."""
    step: Ints
    """Place of the event in its session, from 1, pages or not."""
    page_names: pl.Series
    event_names: pl.Series
    numbers: Ints
    """Number of each session when it was read, whatever was left out since."""
    session_ids: pl.Series
    person_ids: pl.Series
    channels: pl.Series
    """Channel of the session's first event."""

    @property
    def begins(self) -> Ints:
        """Return each session's first row."""
        return np.flatnonzero(mark_runs(self.session))

    @property
    def lengths(self) -> Ints:
        """Return each session's number of steps."""
        return np.diff(self.begins, append=self.session.size)

    def apply(self, settings: PathSettings | None, *, events: bool = False) -> Self:
        """Make one step of a page (with `events`: page and event) seen several times on end, unless they are kept."""
        settings = settings or PathSettings()
        if settings.repeats == "kept":
            return self
        firsts, lasts = self._mark(mark_runs, events), self._mark(mark_run_ends, events)
        kept = self._keep(firsts)
        return replace(kept, time=self.time[lasts]) if settings.time_of_run == "last" else kept

    def keep_pages(self) -> Self:
        """Leave out the events without a page, and sessions of such alone."""
        seen = self.page >= 0
        return self if seen.all() else self._keep(seen)

    def _mark(self, mark: Callable[[Ints], Bools], events: bool) -> Bools:
        """Mark where runs of the same step begin, or where they end."""
        marked = mark(self.session) | mark(self.page)
        return marked | mark(self.event) if events else marked

    def _keep(self, kept: Bools) -> Self:
        """Leave out steps, and the sessions that have none left."""
        session = self.session[kept]
        left = session[mark_runs(session)]
        return replace(
            self,
            session=np.cumsum(mark_runs(session)) - 1,
            page=self.page[kept],
            event=self.event[kept],
            time=self.time[kept],
            step=self.step[kept],
            numbers=self.numbers[left],
            session_ids=self.session_ids.gather(left),
            person_ids=self.person_ids.gather(left),
            channels=self.channels.gather(left),
        )


def read_steps(sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned]) -> Steps:
    """Read the steps of people, every repeat for itself; sessions in no promised order."""
    columns = ["session_id", "step", "channel", "person_id", "page", "name", "occurred_at"]
    events = sessioned.lazy().filter(pl.col("robot").is_null()).select(columns).collect()
    sessions = number_values(events["session_id"]).codes
    order = order_rows([sessions, events["step"].to_numpy()])
    begins = mark_runs(sessions[order])
    heads = np.arange(begins.size)[order][begins]
    page, page_names = _number_by_name(events["page"])
    event, event_names = _number_by_name(events["name"])
    return Steps(
        session=np.cumsum(begins) - 1,
        page=page[order],
        event=event[order],
        time=events["occurred_at"].dt.epoch("us").to_numpy()[order],
        step=events["step"].to_numpy()[order],
        page_names=page_names,
        event_names=event_names,
        numbers=np.arange(heads.size),
        session_ids=events["session_id"].gather(heads),
        person_ids=events["person_id"].gather(heads),
        channels=events["channel"].gather(heads),
    )


def _number_by_name(values: pl.Series) -> tuple[Ints, pl.Series]:
    """Number the values of a text column in the order of their names; nulls are −1."""
    known = values.is_not_null().to_numpy()
    numbered = number_values(values.drop_nulls())
    order = numbered.names.arg_sort().to_numpy()
    rank = np.empty(order.size, np.int64)
    rank[order] = np.arange(order.size)
    codes = np.full(len(values), -1)
    codes[known] = rank[numbered.codes]
    return codes, numbered.names.gather(order)
