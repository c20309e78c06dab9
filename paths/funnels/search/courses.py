"""Courses: the steps that a search takes one after another, with everything that their times must keep."""

from dataclasses import dataclass
from itertools import chain, combinations
from typing import NamedTuple

from paths.funnels.definition import FunnelDefinition

MINUTE = 60_000_000
HOUR = 60 * MINUTE
FOREVER = 2**62


class Span(NamedTuple):
    """Two steps of a course, by their places, between which the events of one exclusion may not happen."""

    exclusion: int
    first: int
    last: int


@dataclass(frozen=True)
class Course:
    """The funnel's steps without those optional ones that this course skips; times in microseconds."""

    steps: tuple[int, ...]
    """The steps taken, by their places in the funnel, from 0; a step's place in the course is its place here."""
    window: int
    within: tuple[int, ...]
    """The longest time from the step before, for each step."""
    after: tuple[int, ...]
    """The least time from the step before, for each step; 1 where a later step needs a later moment."""
    spans: tuple[Span, ...]
    strict: bool
    """Whether other events break a chain."""

    @property
    def bits(self) -> int:
        """The steps taken, as bits of `Events.good`."""
        return sum(1 << step for step in self.steps)

    @property
    def is_plain(self) -> bool:
        """Whether the window is all that a chain must keep."""
        kept = self.spans or any(self.after) or min(self.within[1:], default=FOREVER) < self.window
        return not self.strict and not kept


def list_courses(funnel: FunnelDefinition) -> list[Course]:
    """List one course for each choice of the optional steps, the one that skips all of them first."""
    optional = [place for place, step in enumerate(funnel.steps) if step.optional]
    choices = chain.from_iterable(combinations(optional, count) for count in range(len(optional) + 1))
    return [_lay_course(funnel, set(optional) - set(taken)) for taken in choices]


def _lay_course(funnel: FunnelDefinition, skipped: set[int]) -> Course:
    places = tuple(place for place in range(len(funnel.steps)) if place not in skipped)
    steps = [funnel.steps[place] for place in places]
    least = 1 if funnel.ties == "strict" else 0
    return Course(
        places,
        round(funnel.window_hours * HOUR),
        tuple(FOREVER if step.within_minutes is None else round(step.within_minutes * MINUTE) for step in steps),
        tuple(max(round(step.after_minutes * MINUTE), least) for step in steps),
        tuple(_span_exclusions(funnel, places)),
        funnel.order == "strict",
    )


def _span_exclusions(funnel: FunnelDefinition, places: tuple[int, ...]) -> list[Span]:
    """Find between which steps of the course events are excluded; an exclusion of skipped steps alone spans none."""
    spans = []
    for number, exclusion in enumerate(funnel.exclude):
        end = exclusion.before_step or len(funnel.steps)
        inside = [place for place, step in enumerate(places) if exclusion.after_step <= step + 1 <= end]
        if len(inside) > 1:
            spans.append(Span(number, inside[0], inside[-1]))
    return spans
