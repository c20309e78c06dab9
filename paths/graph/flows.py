"""Flows: where sessions go click by click from a start page, or come from before an end page, as a Sankey needs it."""

import dataframely as dy
import numpy as np
import polars as pl

from paths.graph.edges import ENTRY, EXIT, name_pages
from paths.graph.pictures import Picture
from paths.graph.settings import PathSettings
from paths.graph.visits import Visits, Walks, read_visits
from paths.rows.numbering import Ints, mark_run_ends, mark_runs

OTHER = "(other)"
"""The pages of a depth that are not told apart."""
VIRTUAL = (ENTRY, EXIT, OTHER)
NODE = ["channel", "depth", "page"]


class Flow(dy.Schema):
    """Sessions that go from one page at one depth to one page at the next, on one channel.

    As many sessions flow into a page at a depth as flow out of it, wherever the table shows both sides.
    """

    channel = dy.String(primary_key=True, description="Channel of the sessions' first events: web, wap or app")
    depth = dy.Int64(
        primary_key=True, description="Clicks from the start page to the source; negative: on the way to the end page"
    )
    source = dy.String(primary_key=True, description="The page left; (entry), or (other): not among the busiest there")
    target = dy.String(primary_key=True, description="The page come to; (exit), or (other)")
    sessions = dy.Int64(nullable=False, min=1, description="Sessions that took this click; each at most once a depth")


def count_flows(
    walks: Walks, settings: PathSettings | None = None, *, start: str | None = None, end: str | None = None
) -> Picture[Flow]:
    """Count the flows from a start page on, or up to an end page; sorted by channel, depth, source and target.

    From the start (by default (entry)) each session is followed from its first visit there; to the end (it may be
    (exit)) from its last visit there backwards. At each depth the `pages_a_depth` busiest pages are told apart, equal
    ones by name; the others, and pages that the site map already calls so, are (other). (entry) and (exit) always stay.
    A click is shown if both its pages are told apart. A page nobody saw gives no flows. Raises ValueError where both a
    start and an end are given.
    """
    if start is not None and end is not None:
        raise ValueError("Flows go from a start page or to an end page: leave one of them out.")
    settings = settings or PathSettings()
    visits = read_visits(walks).apply(settings)
    step = -1 if end is not None else 1
    clicks = _list_clicks(visits, (end if end is not None else start) or ENTRY, step, settings.most_depths)
    flows = _name_others(clicks, settings.pages_a_depth)
    told = flows.filter(pl.col("source") != OTHER, pl.col("target") != OTHER)
    everything = visits.session.size + int(mark_runs(visits.session).sum())
    return Picture(
        Flow.cast(flows.sort("channel", "depth", "source", "target")), int(told["sessions"].sum()), everything
    )


def _list_clicks(visits: Visits, anchor: str, step: int, most: int) -> pl.DataFrame:
    """Count each depth's clicks from the anchor on (`step` 1) or backwards (−1), all pages told apart."""
    pages = name_pages(visits)
    begins = np.flatnonzero(mark_runs(visits.session))
    ends = np.flatnonzero(mark_run_ends(visits.session))
    session, place = _find_anchors(visits, pages, anchor, begins, ends, step)
    parts = []
    for clicks in range(most):
        source, target = place + min(step, 0), place + max(step, 0)
        within = (begins[session] - 1 <= source) & (target <= ends[session] + 1)
        session, place, source, target = (part[within] for part in (session, place, source, target))
        first, last = begins[session], ends[session]
        seen = {
            "channel": visits.channel[first],
            "source": _look_up(visits, first, last, source, len(pages)),
            "target": _look_up(visits, first, last, target, len(pages)),
        }
        counts = pl.DataFrame(seen).group_by(list(seen)).agg(sessions=pl.len().cast(pl.Int64))
        parts.append(counts.with_columns(depth=pl.lit(clicks if step > 0 else -clicks - 1, pl.Int64)))
        place = place + step
    told = pl.concat(parts)
    names = {"channel": visits.channel_names, "source": pages, "target": pages}
    return told.with_columns(values.gather(told[name]).alias(name) for name, values in names.items())


def _find_anchors(
    visits: Visits, pages: pl.Series, anchor: str, begins: Ints, ends: Ints, step: int
) -> tuple[Ints, Ints]:
    """Find the sessions that come by the anchor and the row of its first visit (`step` 1) or last (−1)."""
    session = np.arange(begins.size)
    if anchor == ENTRY:
        return session, begins - 1
    if anchor == EXIT:
        return session, ends + 1
    rows = np.flatnonzero(pages.gather(visits.page).eq(anchor).to_numpy())
    number = np.searchsorted(begins, rows, side="right") - 1
    chosen = mark_runs(number) if step > 0 else mark_run_ends(number)
    return number[chosen], rows[chosen]


def _look_up(visits: Visits, first: Ints, last: Ints, row: Ints, pages: int) -> Ints:
    """Find the page at each row; (entry) before the session's first row and (exit) after its last."""
    page = visits.page[np.clip(row, first, last)]
    return np.where(row < first, pages - 2, np.where(row > last, pages - 1, page))


def _name_others(clicks: pl.DataFrame, most: int) -> pl.DataFrame:
    """Give the pages that are not among a depth's busiest one name, and add their clicks up."""
    ends = [
        clicks.select("channel", pl.col("depth") + shift, "sessions", page=side)
        for side, shift in (("source", 0), ("target", 1))
    ]
    # A page is both come to and left, but for the first and the last depth: count it once.
    nodes = pl.concat([part.group_by(NODE).agg(pl.col("sessions").sum()) for part in ends]).group_by(NODE)
    rank = pl.struct(-pl.col("sessions"), "page").rank("ordinal").over("channel", "depth")
    busiest = nodes.agg(pl.col("sessions").max()).filter(~pl.col("page").is_in(VIRTUAL)).filter(rank <= most)
    told = busiest.select(*NODE, told=pl.lit(True))
    for side, shift in (("source", 0), ("target", 1)):
        at = told.with_columns(pl.col("depth") - shift).rename({"page": side, "told": f"{side}_told"})
        clicks = clicks.join(at, on=["channel", "depth", side], how="left")
    named = [
        pl.when(pl.col(f"{side}_told").is_not_null() | pl.col(side).is_in([ENTRY, EXIT]))
        .then(side)
        .otherwise(pl.lit(OTHER))
        .alias(side)
        for side in ("source", "target")
    ]
    return clicks.with_columns(named).group_by("channel", "depth", "source", "target").agg(pl.col("sessions").sum())
