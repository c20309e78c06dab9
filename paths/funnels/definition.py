"""What a funnel is: its steps, its window, and whose way it follows."""

from collections.abc import Mapping
from difflib import get_close_matches

import msgspec

from ingest import CHANNELS, EVENT_NAMES

SCOPES = {"visitor": "visitor_id", "customer": "person_id", "session": "session_id"}
"""Who enters a funnel, and the column that names them."""

MOST_STEPS = 40
"""A report of more steps helps nobody, and every step takes one bit of an integer."""
MOST_HOURS = 100 * 366 * 24
"""A century."""


class FunnelError(ValueError):
    """A funnel's settings cannot be used; the message names every fault and its remedy."""


class FunnelStep(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One step: the events that take an entrant there. A filter left out lets every value pass."""

    event: str
    """What happens, in GA4's names: view_item, add_to_cart …"""
    name: str = ""
    """What reports call the step; the event's name by default."""
    page: str | None = None
    """Only on this page, as the site map names it."""
    channel: str | None = None
    """Only on this channel: web, wap or app."""
    category: str | None = None
    """Only products of this category."""
    item: str | None = None
    """Only this product."""

    @property
    def label(self) -> str:
        """What reports call the step."""
        return self.name or self.event

    @property
    def conditions(self) -> dict[str, str]:
        """The columns of an event that must hold a certain value, and the value."""
        wanted = {"page": self.page, "channel": self.channel, "category": self.category, "item_id": self.item}
        return {"name": self.event} | {column: value for column, value in wanted.items() if value is not None}


class FunnelDefinition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One funnel, as `[funnels.NAME]` of the settings tells it. Raises FunnelError with all its faults at once."""

    steps: tuple[FunnelStep, ...]
    """What must happen, in this order."""
    window_hours: float = 24.0
    """From the first step to the last, inclusive. A day: most orders are finished on the day they are begun."""
    scope: str = "visitor"
    """Who enters: a visitor (device or cookie), a customer (a visitor until known), or a session."""
    name: str = ""
    """What reports call the funnel; its place in the settings by default."""

    def __post_init__(self) -> None:
        faults = [*_find_funnel_faults(self), *_find_step_faults(self.steps)]
        if faults:
            raise FunnelError(f"The funnel {self.name!r} cannot be used: ".replace(" ''", "") + " ".join(faults))


def name_funnels(definitions: Mapping[str, FunnelDefinition]) -> dict[str, FunnelDefinition]:
    """Give each funnel without a name of its own the name under which the settings hold it."""
    return {
        place: funnel if funnel.name else msgspec.structs.replace(funnel, name=place)
        for place, funnel in definitions.items()
    }


def _find_funnel_faults(funnel: FunnelDefinition) -> list[str]:
    faults = []
    if not funnel.steps:
        faults.append('It has no steps: add some, like steps = [{event = "view_item"}, {event = "purchase"}].')
    if len(funnel.steps) > MOST_STEPS:
        faults.append(f"It has {len(funnel.steps)} steps: leave at most {MOST_STEPS}.")
    if not 0 < funnel.window_hours <= MOST_HOURS:
        wish = f"give a number of hours above 0, like 24, and at most {MOST_HOURS}"
        faults.append(f"window_hours is {funnel.window_hours:g}: {wish}.")
    if funnel.scope not in SCOPES:
        faults.append(f"scope is {funnel.scope!r}: choose {_either(SCOPES)}.")
    return faults


def _find_step_faults(steps: tuple[FunnelStep, ...]) -> list[str]:
    faults = []
    for number, step in enumerate(steps, start=1):
        if step.event not in EVENT_NAMES:
            near = get_close_matches(step.event, sorted(EVENT_NAMES), n=3, cutoff=0.5) or sorted(EVENT_NAMES)
            faults.append(f"Step {number} waits for an unknown event {step.event!r}: did you mean {_either(near)}?")
        if step.channel is not None and step.channel not in CHANNELS:
            faults.append(f"Step {number} waits on an unknown channel {step.channel!r}: choose {_either(CHANNELS)}.")
    return faults


def _either(words: Mapping[str, str] | list[str] | tuple[str, ...]) -> str:
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last
