"""The goal: what sessions are for, a page or an event, and each session's way up to it."""

import msgspec
import numpy as np
import polars as pl

from ingest import EVENT_NAMES
from paths.graph.visits import Visits
from paths.rows.numbering import Bools, Ints, number_values
from paths.sequences.matching import find_fitting
from paths.sequences.pattern import Name, PatternError
from paths.sequences.pattern_text import parse_pattern
from paths.sequences.steps import Steps

GOAL = "(goal)"
"""The virtual page that stands for the goal."""


class GoalError(ValueError):
    """The settings of the goal cannot be used; the message names every fault and its remedy."""


class GoalSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What sessions are for, and what is told of the ways to it. Raises GoalError with all its faults at once."""

    reach: str = "event:purchase"
    """An event, as `event:purchase`, or a page by its name; in quotes `*` is any signs: `"order/*"`."""
    min_sessions: int = 30
    """Links, detours and pages that fewer sessions know prove nothing."""
    most_between: int = 5
    """Who passes more pages than this between two others was after something else: that is no detour."""

    def __post_init__(self) -> None:
        faults = []
        if (fault := _find_fault(self.reach)) is not None:
            faults.append(fault)
        if self.min_sessions < 1:
            faults.append(f"min_sessions is {self.min_sessions}: give a whole number from 1, like 30.")
        if not 1 <= self.most_between <= 20:
            faults.append(f"most_between is {self.most_between}: give a whole number from 1 to 20, like 5.")
        if faults:
            raise GoalError("The goal cannot be used: " + " ".join(faults))

    @property
    def name(self) -> Name:
        """Return the page or event."""
        return parse_pattern(self.reach).items[0].names[0]


def mark_goal(steps: Steps, goal: GoalSettings) -> Bools:
    """Mark the steps that reach the goal."""
    codes, names = (steps.event, steps.event_names) if goal.name.is_event else (steps.page, steps.page_names)
    fits: Bools = np.append(find_fitting(goal.name, names), False)[codes]
    return fits


def find_reached(steps: Steps, goal: GoalSettings) -> Bools:
    """Tell for each session whether it reaches the goal."""
    reached = np.zeros(len(steps.session_ids), np.bool_)
    reached[steps.session[mark_goal(steps, goal)]] = True
    return reached


def walk_to_goal(steps: Steps, goal: GoalSettings) -> Visits:
    """Walk each session up to its first goal, which stands as page (goal); the whole of it where it has none.

    Other events without a page are passed over.
    """
    at_goal = mark_goal(steps, goal)
    goals: Ints = np.cumsum(at_goal) - at_goal
    before: Ints = goals - goals[steps.begins][steps.session]
    page = np.where(at_goal, len(steps.page_names), steps.page)
    kept = (before == 0) & (page >= 0)
    channels = number_values(steps.channels)
    session = steps.session[kept]
    names = pl.concat([steps.page_names.cast(pl.String), pl.Series([GOAL], dtype=pl.String)], rechunk=True)
    return Visits(session, channels.codes[session], page[kept], steps.time[kept], channels.names, names)


def _find_fault(reach: str) -> str | None:
    try:
        pattern = parse_pattern(reach)
    except PatternError as fault:
        return f"reach is {reach!r}: {str(fault).removeprefix('The pattern cannot be used. ')}"
    (item, *more) = pattern.items
    single = not more and len(item.names) == 1 and not item.negated and item.least == item.most == 1
    if not single or pattern.from_entry or pattern.to_exit:
        return f"reach is {reach!r}: name one page or one event, like event:purchase."
    if not item.names[0].quoted and reach in EVENT_NAMES:
        return f"reach is {reach!r}, which is an event: write event:{reach}."
    return None
