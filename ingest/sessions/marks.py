"""Marks: the cuts that an event and the ones shortly before it decide, whatever the session so far."""

from typing import NamedTuple

import numpy as np
import polars as pl

from ingest.sessions.reasons import Flags, Rows
from ingest.sessions.rules import SessionRules


class Marks(NamedTuple):
    """For each event, in order, whether a rule cuts there; None where the rule is off."""

    new: Flags
    """The first event of a visitor."""
    pause: Flags
    separator: Flags | None
    midnight: Flags | None

    @property
    def any(self) -> Flags:
        """Tell whether some rule cuts."""
        both = self.new | self.pause
        for marks in (self.separator, self.midnight):
            both = both if marks is None else both | marks
        return both


def mark_events(ordered: pl.DataFrame, moments: Rows, rules: SessionRules) -> Marks:
    """Find where pauses, separators and midnights cut."""
    new = ordered["visitor_id"].ne_missing(ordered["visitor_id"].shift()).to_numpy()
    passive = ordered["name"].is_in(rules.passive).to_numpy() if rules.passive else None
    return Marks(
        new,
        _mark_pauses(moments, new, passive, rules.pause_us),
        _mark_separators(ordered["name"], rules) if rules.separators or rules.endings else None,
        _mark_midnights(ordered["occurred_at"], rules.zone) if rules.midnight else None,
    )


def _mark_pauses(moments: Rows, new: Flags, passive: Flags | None, longest: int) -> Flags:
    """Mark the end of each pause, passive events counted as part of it.

    A passive event that comes too late for the session begins one of passive events alone; the next event that is
    not passive ends that. Where even passive events are too far apart, whatever comes next begins a session and
    keeps it alive.
    """
    gaps = np.diff(moments, prepend=moments[:1]) > longest
    if passive is None:
        return gaps
    breaks = gaps | new
    keepers = np.where(breaks | ~passive, np.arange(len(moments)), 0)
    alive = moments[np.maximum.accumulate(keepers)]
    idle = ~breaks & (moments - np.append(moments[:1], alive[:-1]) > longest)
    cuts: Flags = gaps | (idle & ~(passive & np.append(False, idle[:-1])))
    return cuts


def _mark_separators(names: pl.Series, rules: SessionRules) -> Flags:
    """Mark each separator, and each event after an ending one."""
    ended = names.is_in(rules.endings).shift(fill_value=False)
    return (names.is_in(rules.separators) | ended).to_numpy()


def _mark_midnights(moments: pl.Series, zone: str) -> Flags:
    """Mark each event on another day, in the zone, than the event before it."""
    days = moments.dt.convert_time_zone(zone).dt.date()
    return days.ne_missing(days.shift()).to_numpy()
