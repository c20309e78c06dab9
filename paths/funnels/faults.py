"""Faults of a funnel's settings: every one at once, each with its remedy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from paths.funnels.filter_faults import COLUMNS, TEXTS, either, find_column_fault, find_filter_faults

if TYPE_CHECKING:
    from paths.funnels.definition import Exclusion, FunnelDefinition, FunnelStep

SCOPES = ("visitor", "customer", "session", "cart")
ORDERS = ("ordered", "strict", "any")
TIES = ("either", "arrival", "strict")

MOST_STEPS = 40
"""A report of more steps helps nobody, and every step takes one bit of an integer."""
MOST_OPTIONAL = 5
"""Every choice of the optional steps is searched as a funnel of its own: 32 of them are enough."""
MOST_EXCLUSIONS = 20
"""Exclusions take their bits beside the steps'."""
MOST_HOURS = 100 * 366 * 24
"""A century."""
PERSONAL = ("visitor_id", "customer_id", "person_id", "session_id", "event_id")
"""Columns that tell one person from another: no report is broken down by them."""


def find_faults(funnel: FunnelDefinition) -> list[str]:
    """Find every fault of a funnel's settings, each a sentence that says what is wrong and what to do."""
    faults = [*_find_funnel_faults(funnel), *_find_option_faults(funnel), *_find_length_faults(funnel)]
    for number, step in enumerate(funnel.steps, start=1):
        faults += _find_step_faults(step, f"Step {number}")
    faults += _find_skip_faults(funnel)
    for number, exclusion in enumerate(funnel.exclude, start=1):
        faults += _find_exclusion_faults(exclusion, f"Exclusion {number}", funnel)
    return faults


def _find_funnel_faults(funnel: FunnelDefinition) -> Iterator[str]:
    if not funnel.steps:
        yield 'It has no steps: add some, like steps = [{event = "view_item"}, {event = "purchase"}].'
    if len(funnel.steps) > MOST_STEPS:
        yield f"It has {len(funnel.steps)} steps: leave at most {MOST_STEPS}."
    if len(funnel.exclude) > MOST_EXCLUSIONS:
        yield f"It has {len(funnel.exclude)} exclusions: leave at most {MOST_EXCLUSIONS}."
    if not 0 < funnel.window_hours <= MOST_HOURS:
        wish = f"give a number of hours above 0, like 24, and at most {MOST_HOURS}"
        yield f"window_hours is {funnel.window_hours:g}: {wish}."
    for key, known in (("scope", SCOPES), ("order", ORDERS), ("ties", TIES)):
        if getattr(funnel, key) not in known:
            yield f"{key} is {getattr(funnel, key)!r}: choose {either(known)}."


def _find_option_faults(funnel: FunnelDefinition) -> Iterator[str]:
    if funnel.order == "any" and funnel.ties != "either":
        yield f"ties is {funnel.ties!r}, and in any order ties do not matter: leave ties away."
    for column in funnel.held:
        yield from find_column_fault("hold", column, TEXTS, "a column of text")
    if len(set(funnel.held)) < len(funnel.held):
        yield "hold names a property twice: name it once."
    if funnel.breakdown is not None:
        yield from find_column_fault("breakdown", funnel.breakdown, [*COLUMNS], "a column")
        if funnel.breakdown in PERSONAL:
            yield f"breakdown is {funnel.breakdown!r}, which tells persons apart: choose a property that many share."
    yield from _find_attribution_faults(funnel)


def _find_attribution_faults(funnel: FunnelDefinition) -> Iterator[str]:
    word, _, number = funnel.attribution.partition(" ")
    if funnel.attribution not in ("first", "last") and not (word == "step" and number.isdecimal()):
        yield f'attribution is {funnel.attribution!r}: choose first, last or a step, like "step 2".'
    elif word == "step" and not 1 <= int(number) <= max(len(funnel.steps), 1):
        yield f"attribution is {funnel.attribution!r}, and the steps are 1 to {len(funnel.steps)}: choose one of them."
    elif funnel.attribution != "first" and funnel.breakdown is None:
        yield f"attribution is {funnel.attribution!r}, and there is no breakdown: add one, or leave attribution away."


def _find_length_faults(funnel: FunnelDefinition) -> Iterator[str]:
    """Find steps whose times no chain can keep."""
    for number, step in enumerate(funnel.steps, start=1):
        within, after = step.within_minutes, step.after_minutes
        if within is not None and not 0 < within <= MOST_HOURS * 60:
            yield f"Step {number} has within_minutes {within:g}: give a number of minutes above 0, like 30."
        elif not 0 <= after <= MOST_HOURS * 60:
            yield f"Step {number} has after_minutes {after:g}: give a number of minutes, like 1, or 0 for none."
        elif within is not None and after > within:
            yield f"Step {number} may come only after {after:g} minutes and only within {within:g}: let after be less."
        if (within is not None or after) and (number == 1 or funnel.order == "any"):
            why = "no step stands before it" if number == 1 else "in any order no step stands before another"
            yield f"Step {number} has within_minutes or after_minutes, and {why}: leave them away."
    needed = sum(step.after_minutes for step in funnel.steps[1:] if not step.optional)
    if needed > funnel.window_hours * 60 > 0:
        yield (
            f"The least times between steps add up to {needed:g} minutes, and the window has "
            f"{funnel.window_hours * 60:g}: make the window longer or after_minutes less."
        )


def _find_step_faults(step: FunnelStep, place: str) -> Iterator[str]:
    if not step.event and not step.any_of:
        yield f'{place} is empty: name its event, like {{event = "view_item"}}, or events in any_of.'
    elif not step.event and (step.conditions or step.where):
        yield f"{place} has filters and no event: name its event, or move the filters into any_of."
    for number, choice in enumerate(step.any_of, start=1):
        if not choice.event:
            yield f"{place}, alternative {number} is empty: name its event."
    for choice in step.choices:
        yield from find_filter_faults(choice, place)


def _find_skip_faults(funnel: FunnelDefinition) -> Iterator[str]:
    """Find optional steps that cannot be skipped."""
    optional = [number for number, step in enumerate(funnel.steps, start=1) if step.optional]
    if len(optional) > MOST_OPTIONAL:
        yield f"{len(optional)} steps are optional: leave at most {MOST_OPTIONAL}."
    if optional and funnel.order == "any":
        yield "A step is optional, and in any order every step may come or not: leave optional away."
    for number in optional:
        if number in (1, len(funnel.steps)):
            yield f"Step {number} is the {'first' if number == 1 else 'last'} and cannot be optional: leave that away."


def _find_exclusion_faults(exclusion: Exclusion, place: str, funnel: FunnelDefinition) -> Iterator[str]:
    if not exclusion.event:
        yield f'{place} is empty: name its event, like {{event = "remove_from_cart"}}.'
    yield from find_filter_faults(exclusion, place)
    first, steps = exclusion.after_step, len(funnel.steps)
    last = steps if exclusion.before_step is None else exclusion.before_step
    if not 1 <= first < last <= steps:
        wish = f"give two steps of 1 to {steps}, the first one first" if steps > 1 else "add a second step"
        yield f"{place} reaches from step {first} to step {last}, which is no range: {wish}."
    elif funnel.order == "any" and (first, last) != (1, steps):
        yield f"{place} names steps, and in any order none comes first: leave after_step and before_step away."
    elif funnel.order != "any":
        yield from _find_impossible_steps(exclusion, place, funnel, range(first, last + 1))


def _find_impossible_steps(exclusion: Exclusion, place: str, funnel: FunnelDefinition, reach: range) -> Iterator[str]:
    """Find the steps inside an exclusion's range of which it shuts out every event."""
    taken = [number for number in reach if not funnel.steps[number - 1].optional]
    for number in reach:
        step = funnel.steps[number - 1]
        inside = min(taken, default=number) < number < max(taken, default=number)
        if inside and step.choices and all(exclusion.covers(choice) for choice in step.choices):
            yield (
                f"{place} reaches from step {reach[0]} to step {reach[-1]} and shuts out all that step {number} between"
                f" them waits for, so that nobody could take it: let it reach only to step {number} or from there on,"
                " or give it filters that the step's events do not pass."
            )
