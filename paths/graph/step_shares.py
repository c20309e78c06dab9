"""Step shares: on which page sessions are at their first, second, third step: retentioneering's step matrix."""

import math

import dataframely as dy
import numpy as np
import polars as pl

from paths.graph.edges import ENTRY, name_pages
from paths.graph.settings import PathSettings
from paths.graph.visits import Visits, Walks, read_visits
from paths.rows.numbering import Ints, mark_runs


class StepShare(dy.Schema):
    """One page at one step of the sessions of one channel. The shares of a step make one."""

    channel = dy.String(primary_key=True, description="Channel of the sessions' first events: web, wap or app")
    step = dy.Int64(primary_key=True, min=1, description="Place of the visit within its session, from 1")
    page = dy.String(primary_key=True, description="The page they are on; (exit): the session has ended by then")
    sessions = dy.Int64(nullable=False, min=1, description="Sessions that are on this page at this step")
    out_of = dy.Int64(nullable=False, min=1, description="All sessions of the channel that saw any page")
    share = dy.Float64(nullable=False, min=0, max=1, description="Sessions, of all")

    @dy.rule()
    def sessions_are_among_all(cls) -> pl.Expr:
        """No more sessions on one page than there are."""
        return cls.sessions.col <= cls.out_of.col

    @dy.rule()
    def nobody_is_at_the_entry(cls) -> pl.Expr:
        """The first step is a real page."""
        return cls.page.col != ENTRY


def count_steps(walks: Walks, settings: PathSettings | None = None) -> dy.DataFrame[StepShare]:
    """Count the sessions on each page at each of the first `most_steps` steps; sorted by channel, step and page.

    A session that has ended stays at (exit) for all later steps. What visits are, and robots, as in `count_edges`.
    """
    settings = settings or PathSettings()
    visits = read_visits(walks).apply(settings)
    pages, channels = name_pages(visits), visits.channel_names
    begins = np.flatnonzero(mark_runs(visits.session))
    sessions = np.bincount(visits.channel[begins], minlength=len(channels))
    cells = _fill_cells(visits, begins, (len(channels), settings.most_steps, len(pages)))
    cells[:, :, -1] = sessions[:, None] - cells.sum(axis=2)
    channel, step, page = np.nonzero(cells)
    told = pl.DataFrame(
        {
            "channel": channels.gather(channel),
            "step": step + 1,
            "page": pages.gather(page),
            "sessions": cells[channel, step, page],
            "out_of": sessions[channel],
        }
    )
    return StepShare.cast(
        told.with_columns(share=pl.col("sessions") / pl.col("out_of")).sort("channel", "step", "page")
    )


def _fill_cells(visits: Visits, begins: Ints, shape: tuple[int, int, int]) -> Ints:
    """Count the visits of each channel, step and page; sessions lie together and begin at the rows given."""
    _, most_steps, pages = shape
    step = np.arange(visits.session.size) - np.repeat(begins, np.diff(begins, append=visits.session.size))
    early = step < most_steps
    cell = (visits.channel[early] * most_steps + step[early]) * pages + visits.page[early]
    return np.bincount(cell, minlength=math.prod(shape)).reshape(shape)
