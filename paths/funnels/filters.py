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

    def follows_from(self, other: "Condition") -> bool:
        """Tell whether whatever passes the other condition passes this one."""
        if self.column != other.column:
            return False
        least = self.at_least is None or (other.at_least is not None and other.at_least >= self.at_least)
        most = self.at_most is None or (other.at_most is not None and other.at_most <= self.at_most)
        texts = other.is_in
        known = self.is_in is None or (texts is not None and set(texts) <= set(self.is_in))
        differs = self.is_not in (None, other.is_not) or (texts is not None and self.is_not not in texts)
        return least and most and known and differs


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

    def covers(self, other: "EventFilter") -> bool:
        """Tell whether whatever passes the other filter passes this one, as far as single conditions show."""
        tests, others = ([*_list_conditions(each), *each.where] for each in (self, other))
        return all(any(test.follows_from(given) for given in others) for test in tests)


def _list_conditions(wanted: EventFilter) -> list[Condition]:
    """List what must be equal as conditions."""
    return [Condition(column, is_in=(value,)) for column, value in wanted.conditions.items()]
