"""Path search: the sessions that went a way, told by a pattern; how many, who, which ways exactly, how long."""

from typing import NamedTuple

import dataframely as dy
import numpy as np
import polars as pl

from ingest import Sessioned
from paths.graph.edges import ENTRY, EXIT
from paths.graph.settings import PathSettings
from paths.sequences.matching import Matches, find_unknown, match_pattern
from paths.sequences.pattern import PathPattern, refuse_pattern
from paths.sequences.pattern_text import read_pattern
from paths.sequences.steps import Steps, read_steps
from paths.sequences.stretches import code_steps, name_stretches, pack_stretches
from serving import wilson_bounds

ALL_CHANNELS = "(all)"


class PathCount(dy.Schema):
    """One channel, or all of them, and the sessions on it that match a path pattern."""

    channel = dy.String(primary_key=True, description="Channel of the sessions' first events; (all) for all of them")
    sessions = dy.Int64(nullable=False, min=0, description="Sessions of people with a step that a pattern can match")
    matched = dy.Int64(nullable=False, min=0, description="Sessions that match")
    share = dy.Float64(nullable=False, min=0, max=1, description="Matched, of the sessions; 0 where there are none")
    low = dy.Float64(nullable=False, min=0, max=1, description="Lower 95 % bound of the share (Wilson)")
    high = dy.Float64(nullable=False, min=0, max=1, description="Upper 95 % bound of the share (Wilson)")
    people = dy.Int64(nullable=False, min=0, description="People with a session that matches")
    median_seconds = dy.Float64(
        nullable=True, min=0, description="Median seconds from first step to last; null without a path of two steps"
    )

    @dy.rule()
    def the_matched_are_sessions(cls) -> pl.Expr:
        """No more people than sessions match, and no more sessions than there are."""
        return (cls.people.col <= cls.matched.col) & (cls.matched.col <= cls.sessions.col)


class FoundPath(dy.Schema):
    """One way that sessions went where they match a path pattern."""

    rank = dy.Int64(primary_key=True, min=1, description="Place by sessions, then by the path's names")
    path = dy.List(
        dy.String(nullable=False),
        nullable=False,
        description="Its steps; (entry) and (exit) where the pattern has them",
    )
    sessions = dy.Int64(nullable=False, min=1, description="Sessions whose first match is exactly this way")
    share = dy.Float64(nullable=False, min=0, max=1, description="Of all sessions that match")
    people = dy.Int64(nullable=False, min=1, description="People with such a session")
    median_seconds = dy.Float64(
        nullable=True, min=0, description="Median seconds from its first step to its last; null for a single step"
    )


class FoundSession(dy.Schema):
    """One session that matches a path pattern, and where it first does."""

    session_id = dy.String(primary_key=True, description="The session")
    person_id = dy.String(nullable=False, description="Pseudonym of the person whose session it is")
    channel = dy.String(nullable=False, description="Channel of the session's first event")
    began_at = dy.Datetime(
        nullable=False, time_unit="us", time_zone="UTC", description="When the path's first step was taken"
    )
    first_step = dy.Int64(nullable=False, min=1, description="The path's first event, by its place in the session")
    last_step = dy.Int64(nullable=False, min=1, description="The path's last event, by its place in the session")
    steps = dy.Int64(nullable=False, min=1, description="Steps of the path, repeats collapsed or not as was asked")
    seconds = dy.Float64(
        nullable=True, min=0, description="From the path's first step to its last; null for a single step"
    )

    @dy.rule()
    def a_single_step_takes_no_time(cls) -> pl.Expr:
        """Exactly the paths of a single step have no time."""
        return (cls.steps.col == 1) == cls.seconds.col.is_null()


class PathSearch(NamedTuple):
    """What a path pattern found."""

    counts: dy.DataFrame[PathCount]
    paths: dy.DataFrame[FoundPath]
    """The most common ones."""
    sessions: dy.DataFrame[FoundSession]


def search_paths(
    sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned],
    pattern: str,
    settings: PathSettings | None = None,
    *,
    most: int = 20,
) -> PathSearch:
    """Find the sessions that match a path pattern (see `parse_pattern`), and the `most` common ways they went.

    Steps are pages, and events without one are passed over; where the pattern names an event, steps are events. The
    same step again without another between (a reload) counts once unless the settings keep repeats. Each session counts
    once, with its first match: the one that begins first, in which each repetition stops as soon as the rest can
    follow, but for one at the very end, which goes on as long as it can. Robots are left out. Counts are sorted by
    channel, all of them first; sessions by id. Raises PatternError with all faults; pages that nobody saw are faults.
    """
    read, faults = read_pattern(pattern)
    steps = read_steps(sessioned)
    if len(steps.session_ids):
        faults += find_unknown(read, steps.page_names)
    if faults:
        raise refuse_pattern(faults)
    steps = (steps if read.walks_events else steps.keep_pages()).apply(settings, events=read.walks_events)
    matches = match_pattern(steps, read)
    found = _list_sessions(steps, matches)
    return PathSearch(
        _count(steps, found),
        _rank_paths(steps, read, matches, found, most),
        FoundSession.cast(found.sort("session_id")),
    )


def _list_sessions(steps: Steps, matches: Matches) -> pl.DataFrame:
    """List the sessions of the matches, in their order."""
    first, last = matches.begin, matches.begin + matches.length - 1
    return pl.DataFrame(
        {
            "session_id": steps.session_ids.gather(matches.session),
            "person_id": steps.person_ids.gather(matches.session),
            "channel": steps.channels.gather(matches.session),
            "began_at": pl.Series(steps.time[first]).cast(pl.Datetime("us", "UTC")),
            "first_step": steps.step[first],
            "last_step": steps.step[last],
            "steps": matches.length,
            "seconds": (steps.time[last] - steps.time[first]) / 1_000_000,
        }
    ).with_columns(seconds=pl.when(pl.col("steps") > 1).then("seconds"))


def _count(steps: Steps, found: pl.DataFrame) -> dy.DataFrame[PathCount]:
    """Count the sessions that match, by channel and on all of them."""
    measures = {
        "matched": pl.len().cast(pl.Int64),
        "people": pl.col("person_id").n_unique().cast(pl.Int64),
        "median_seconds": pl.col("seconds").median(),
    }
    channels = steps.channels.alias("channel").value_counts(name="sessions").sort("channel")
    each = channels.join(found.group_by("channel").agg(**measures), on="channel", how="left", maintain_order="left")
    every = found.select(channel=pl.lit(ALL_CHANNELS), sessions=pl.lit(len(steps.channels)), **measures)
    counts = pl.concat([every, each], how="vertical_relaxed").with_columns(pl.col("matched", "people").fill_null(0))
    low, high = wilson_bounds(counts["matched"].to_numpy(), counts["sessions"].to_numpy())
    share = pl.col("matched") / pl.max_horizontal("sessions", 1)
    return PathCount.cast(counts.with_columns(share=share, low=low, high=high))


def _rank_paths(
    steps: Steps, pattern: PathPattern, matches: Matches, found: pl.DataFrame, most: int
) -> dy.DataFrame[FoundPath]:
    """Rank the ways that the matches went."""
    codes, names = code_steps(steps, events=pattern.walks_events)
    packs = pack_stretches(codes, matches.begin, matches.length)
    ranked = (
        packs.hstack(found.select("person_id", "seconds"))
        .with_row_index("match")
        .group_by(packs.columns)
        .agg(
            pl.col("match").min(),
            sessions=pl.len(),
            people=pl.col("person_id").n_unique(),
            median_seconds=pl.col("seconds").median(),
        )
        .sort("sessions", *packs.columns, descending=[True, *[False] * packs.width])
        .head(most)
    )
    shown = ranked["match"].to_numpy()
    paths = name_stretches(names, codes, matches.begin[shown], matches.length[shown])
    ends = [[ENTRY]] if pattern.from_entry else [], [[EXIT]] if pattern.to_exit else []
    return FoundPath.cast(
        ranked.with_columns(
            rank=np.arange(1, len(ranked) + 1),
            path=pl.concat_list(*map(pl.lit, ends[0]), paths, *map(pl.lit, ends[1])),
            share=pl.col("sessions") / max(len(found), 1),
        )
    )
