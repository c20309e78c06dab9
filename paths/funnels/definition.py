"""What a funnel is: its steps, its windows, what breaks it, and whose way it follows."""

from collections.abc import Mapping, Sequence

import msgspec

from paths.funnels.faults import find_faults
from paths.funnels.filters import EventFilter


class FunnelError(ValueError):
    """A funnel's settings cannot be used; the message names every fault and its remedy, `faults` one by one."""

    def __init__(self, message: str, faults: Sequence[str] = ()) -> None:
        self.faults = tuple(faults)
        super().__init__(" ".join([message, *faults]))


class FunnelStep(EventFilter, frozen=True, forbid_unknown_fields=True):
    """One step: the events that take an entrant there. A filter left out lets every value pass."""

    name: str = ""
    """What reports call the step; the event's name by default."""
    any_of: tuple[EventFilter, ...] = ()
    """Other events that take an entrant there just as well, each with filters of its own."""
    optional: bool = False
    """Whether the step may be skipped; the first and the last may not."""
    within_minutes: float | None = None
    """The longest time from the step before that was taken, inclusive; the window alone by default."""
    after_minutes: float = 0.0
    """The least time from the step before that was taken, inclusive: who comes sooner has to come again."""

    @property
    def label(self) -> str:
        """What reports call the step."""
        return self.name or " / ".join(dict.fromkeys(choice.event for choice in self.choices))

    @property
    def choices(self) -> tuple[EventFilter, ...]:
        """All filters of which one is enough: the step's own, then its alternatives."""
        own = EventFilter(self.event, self.page, self.channel, self.category, self.item, self.where)
        return (own, *self.any_of) if self.event else self.any_of


class Exclusion(EventFilter, frozen=True, forbid_unknown_fields=True):
    """Events that may not happen between two steps: one strictly between them, in time, breaks the chain."""

    after_step: int = 1
    """The step from which on they are excluded; where it is skipped, the next one that was taken."""
    before_step: int | None = None
    """The step up to which they are excluded, the last by default; where it is skipped, the one taken before it."""


class FunnelDefinition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One funnel, as `[funnels.NAME]` of the settings tells it. Raises FunnelError with all its faults at once."""

    steps: tuple[FunnelStep, ...]
    """What must happen, in this order."""
    window_hours: float = 24.0
    """From the first step to the last, inclusive. A day: most orders are finished on the day they are begun."""
    scope: str = "visitor"
    """Who enters: a visitor (device or cookie), a customer (a visitor until known), a session, or a cart."""
    name: str = ""
    """What reports call the funnel; its place in the settings by default."""
    order: str = "ordered"
    """ordered: other events between do not matter, as most reports count; strict: they break the chain; any."""
    ties: str = "either"
    """Events of one moment: either order counts, as clocks are coarse; arrival: as the log has them; strict: none."""
    hold: str | tuple[str, ...] = ()
    """A text property, or several, that stays the same through the chain (关联属性), like item_id. None by default."""
    exclude: tuple[Exclusion, ...] = ()
    """Events that break a chain between two of its steps. None by default."""
    breakdown: str | None = None
    """The property by whose value entrants are told apart, like channel. None by default: all are counted together."""
    attribution: str = "first"
    """Whose value of the breakdown counts: the first step's event, which all have; last: the last reached; step 2 …"""

    def __post_init__(self) -> None:
        if faults := find_faults(self):
            raise FunnelError(f"The funnel {self.name!r} cannot be used:".replace(" ''", ""), faults)

    @property
    def held(self) -> tuple[str, ...]:
        """The properties that stay the same through the chain."""
        return (self.hold,) if isinstance(self.hold, str) else self.hold


def name_funnels(definitions: Mapping[str, FunnelDefinition]) -> dict[str, FunnelDefinition]:
    """Give each funnel without a name of its own the name under which the settings hold it."""
    return {
        place: funnel if funnel.name else msgspec.structs.replace(funnel, name=place)
        for place, funnel in definitions.items()
    }
