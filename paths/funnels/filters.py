"""Filters: which events are meant."""

import msgspec


class Condition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One property of an event and what it must be. Of several tests all must hold; an unknown value passes none."""

    column: str
    """The property: a column of the events that holds text or numbers, like price, device or region."""
    at_least: float | None = None
    """The least number that passes."""
    at_most: float | None = None
    """The greatest number that passes."""
    is_in: tuple[str, ...] | None = None
    """The texts that pass."""
    is_not: str | None = None
    """The one text that does not pass."""


class EventFilter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The events that are meant. A filter left out lets every value pass."""

    event: str = ""
    """What happens, in GA4's names: view_item, add_to_cart …"""
    page: str | None = None
    """Only on this page, as the site map names it."""
    channel: str | None = None
    """Only on this channel: web, wap or app."""
    category: str | None = None
    """Only products of this category."""
    item: str | None = None
    """Only this product."""
    where: tuple[Condition, ...] = ()
    """What other properties of the event must be; all of it must hold."""

    @property
    def conditions(self) -> dict[str, str]:
        """The columns of an event that must hold a certain value, and the value; without those of `where`."""
        wanted = {"name": self.event or None, "page": self.page, "channel": self.channel}
        wanted |= {"category": self.category, "item_id": self.item}
        return {column: value for column, value in wanted.items() if value is not None}
