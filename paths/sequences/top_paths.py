"""Top paths: the ways that most sessions go – from end to end, at their beginning, and anywhere within."""

from typing import NamedTuple

import dataframely as dy
import msgspec
import numpy as np
import polars as pl

from ingest import Sessioned
from paths.graph.edges import EXIT
from paths.graph.settings import PathSettings
from paths.rows.numbering import Ints, mark_runs
from paths.sequences.goal import GoalSettings, find_reached
from paths.sequences.steps import Steps, read_steps
from paths.sequences.stretches import name_stretches, pack_stretches
from serving import wilson_bounds

PARTS = ("whole", "start", "within")


class TopPathError(ValueError):
    """The settings of top paths cannot be used; the message names every fault and its remedy."""


class TopPathSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which ways are told. Raises TopPathError with all its faults at once."""

    pages: int = 3
    """Pages of a way at the start or within: three show where it comes from and where it goes on to."""
    most: int = 20
    """Ways of each kind and channel: more nobody reads."""

    def __post_init__(self) -> None:
        faults = []
        if not 1 <= self.pages <= 10:
            faults.append(f"pages is {self.pages}: give a whole number from 1 to 10, like 3.")
        if self.most < 1:
            faults.append(f"most is {self.most}: give a whole number from 1, like 20.")
        if faults:
            raise TopPathError("The top paths cannot be told: " + " ".join(faults))


class TopPath(dy.Schema):
    """One way of one kind on one channel."""

    channel = dy.String(primary_key=True, description="Channel of the sessions' first events")
    part = dy.String(
        primary_key=True, description="whole: sessions from end to end; start: how they begin; within: anywhere in them"
    )
    rank = dy.Int64(primary_key=True, min=1, description="Place by sessions, then by the pages' names")
    path = dy.List(
        dy.String(nullable=False),
        nullable=False,
        description="Its pages; at the start (exit) where the session ended before; (more) after the 50th",
    )
    sessions = dy.Int64(nullable=False, min=1, description="Sessions that went so")
    share = dy.Float64(nullable=False, min=0, max=1, description="Of all sessions of the channel with a page")
    people = dy.Int64(nullable=False, min=1, description="People with such a session")
    times = dy.Int64(nullable=False, min=1, description="How often it was gone: within, several times in a session")
    shown = dy.Float64(
        nullable=False,
        min=0,
        max=1,
        description="How much is told down to this row, of all the times that ways of this kind were gone",
    )
    reached = dy.Int64(nullable=False, min=0, description="Of these, sessions that reach the goal, before or after")
    reached_share = dy.Float64(nullable=False, min=0, max=1, description="Reached, of these sessions")
    low = dy.Float64(nullable=False, min=0, max=1, description="Lower 95 % bound of that share (Wilson)")
    high = dy.Float64(nullable=False, min=0, max=1, description="Upper 95 % bound of that share (Wilson)")

    @dy.rule()
    def part_is_known(cls) -> pl.Expr:
        """The part is whole, start or within."""
        return cls.part.col.is_in(PARTS)

    @dy.rule()
    def counts_agree(cls) -> pl.Expr:
        """Neither more people nor more that reach the goal than sessions, and no fewer times."""
        return (cls.people.col <= cls.sessions.col) & (cls.reached.col <= cls.sessions.col) & (
            cls.sessions.col <= cls.times.col
        )  # fmt: skip


class _Walks(NamedTuple):
    """The pages of all sessions, one after another."""

    codes: Ints
    session: Ints
    names: pl.Series


class _Stretches(NamedTuple):
    """Stretches of the walks."""

    begin: Ints
    length: Ints


def rank_top_paths(
    sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned],
    settings: TopPathSettings | None = None,
    goal: GoalSettings | None = None,
    path_settings: PathSettings | None = None,
) -> dy.DataFrame[TopPath]:
    """Rank the ways that most sessions go; sorted by channel, part (whole, start, within) and rank.

    Events without a page are passed over, and so are robots. Reloads are collapsed or kept as the path settings say.
    Whether a session reaches the goal says nothing of cause: ways that lead to it are of course gone by those who do.
    """
    settings, goal = settings or TopPathSettings(), goal or GoalSettings()
    steps = read_steps(sessioned)
    reached = find_reached(steps, goal)
    steps = steps.keep_pages().apply(path_settings)
    sessions = pl.DataFrame(
        {"channel": steps.channels, "person_id": steps.person_ids, "reached": reached[steps.numbers]}
    )
    walks = _close_sessions(steps)
    cuts = _cut_whole(steps), _cut_starts(steps, settings.pages), _cut_within(steps, settings.pages)
    ranked = [
        _rank(walks, stretches, sessions, settings.most).with_columns(part=pl.lit(part))
        for part, stretches in zip(PARTS, cuts, strict=True)
    ]
    table = pl.concat(ranked).join(sessions.group_by("channel").agg(all=pl.len()), on="channel", how="left")
    low, high = wilson_bounds(table["reached"].to_numpy(), table["sessions"].to_numpy())
    return TopPath.cast(
        table.with_columns(
            share=pl.col("sessions") / pl.col("all"),
            reached_share=pl.col("reached") / pl.col("sessions"),
            low=low,
            high=high,
        ).sort("channel", pl.col("part").cast(pl.Enum(PARTS)), "rank")
    )


def _close_sessions(steps: Steps) -> _Walks:
    """List the pages of all sessions, with an exit after each."""
    ends = steps.begins + steps.lengths
    names = pl.concat([steps.page_names.cast(pl.String), pl.Series([EXIT], dtype=pl.String)], rechunk=True)
    codes = np.insert(steps.page, ends, len(steps.page_names))
    return _Walks(codes, np.insert(steps.session, ends, np.arange(ends.size)), names)


def _cut_whole(steps: Steps) -> _Stretches:
    """Cut each session from end to end, its exit left out."""
    return _Stretches(steps.begins + np.arange(steps.lengths.size), steps.lengths)


def _cut_starts(steps: Steps, pages: int) -> _Stretches:
    """Cut the first pages of each session, and its exit where it ended before."""
    return _Stretches(steps.begins + np.arange(steps.lengths.size), np.minimum(steps.lengths + 1, pages))


def _cut_within(steps: Steps, pages: int) -> _Stretches:
    """Cut every run of so many pages."""
    left = (steps.begins + steps.lengths)[steps.session] - np.arange(steps.session.size)
    rows = np.flatnonzero(left >= pages)
    return _Stretches(rows + steps.session[rows], np.full(rows.size, pages))


def _rank(walks: _Walks, stretches: _Stretches, sessions: pl.DataFrame, most: int) -> pl.DataFrame:
    """Rank the ways of one kind on each channel."""
    packs = pack_stretches(walks.codes, stretches.begin, stretches.length)
    way = ["channel", *packs.columns]
    each = _count_in_sessions(packs, walks.session[stretches.begin])
    each = each.hstack(sessions[each["session"]])
    ranked = (
        each.group_by(way)
        .agg(pl.col("stretch").min(), pl.col("times", "reached").sum(), sessions=pl.len())
        .sort("channel", "sessions", *packs.columns, descending=[False, True, *[False] * packs.width])
        .with_columns(
            rank=pl.int_range(1, pl.len() + 1).over("channel"),
            shown=pl.col("times").cum_sum().over("channel") / pl.col("times").sum().over("channel"),
        )
        .filter(pl.col("rank") <= most)
    )
    people = each.join(ranked, on=way, how="semi").group_by(way).agg(people=pl.col("person_id").n_unique())
    ranked = ranked.join(people, on=way, how="left", maintain_order="left")
    shown = ranked["stretch"].to_numpy()
    path = name_stretches(walks.names, walks.codes, stretches.begin[shown], stretches.length[shown])
    return ranked.drop("stretch", *packs.columns).with_columns(path=path)


def _count_in_sessions(packs: pl.DataFrame, session: Ints) -> pl.DataFrame:
    """Make one row of each session and way, with how often it went so."""
    stretches = packs.with_columns(session=session).with_row_index("stretch")
    if mark_runs(session).all():
        return stretches.with_columns(times=pl.lit(1, pl.UInt32))
    return stretches.group_by("session", *packs.columns).agg(pl.col("stretch").min(), times=pl.len())
