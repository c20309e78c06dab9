"""Mapping files: how the columns of any log become fields of an event, without code."""

from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

_ITEM = frozenset({"item_id", "category", "price"})
FIELDS_OF = {
    "events": _ITEM | frozenset({
        "event_id", "occurred_at", "received_at", "device_at", "channel", "visitor_id", "customer_id", "name",
        "location", "url", "page", "quantity", "order_id", "slot", "position", "recommendation_id", "propensity",
        "referrer", "campaign", "device", "region", "address", "user_agent", "method", "status",
    }),
    "orders": frozenset({
        "order_id", "item_id", "ordered_at", "customer_id", "visitor_id", "channel", "quantity", "price",
    }),
    "products": _ITEM | frozenset({
        "name", "margin", "on_sale_from", "on_sale_to", "channels", "requires", "excludes", "min_age", "attributes",
    }),
}  # fmt: skip
"""What each kind of table can take from a log."""

NEEDED_OF = {
    "events": (("occurred_at",), ("visitor_id", "customer_id")),
    "orders": (("item_id",), ("ordered_at",), ("customer_id", "visitor_id")),
    "products": (("item_id",),),
}  # fmt: skip
"""Of each group, a mapping must give at least one."""


class Clock(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a log writes its times."""

    unit: Literal["iso", "s", "ms", "us", "ns"] = "iso"
    zone: str = "UTC"
    """For times without an offset of their own; `--zone` goes before it."""
    format: str | None = None
    """The signs of strptime, for times that are written in another way: `%d/%m/%Y %H:%M`."""
    order: str | None = None
    """A column that counts what a visitor did within one moment; it is added as microseconds."""


class Mapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mapping file, read."""

    fields: dict[str, str | list[str]]
    """Our field = the log's column, or several, joined by a blank; dots reach into nested JSON."""
    into: Literal["events", "orders", "products"] = "events"
    separator: str | None = None
    """Between two fields of a line: a comma, and a tab in a gateway's log, where nothing else is said."""
    quotes: bool = True
    """Whether a field may stand in double quotes."""
    header: bool | None = None
    """Whether the first line names the columns; it does where `columns` does not."""
    columns: list[str] = []
    """Names of a table's columns, in their order."""
    channel: str | None = None
    time: Clock = Clock()
    names: dict[str, str] = {}
    """The log's event name = GA4's; an asterisk at its end stands for any rest."""
    defaults: dict[str, str] = {}
    """Our field = its value where the log says nothing."""
    explode: str | None = None
    """A list in nested JSON of which each element is an event of its own."""
    extra: bool = True
    """Whether columns that nobody mapped are kept aside."""
    drop: list[str] = []
    """Columns that are not kept aside."""

    @property
    def has_header(self) -> bool:
        """Say whether the first line names the columns."""
        return not self.columns if self.header is None else self.header

    def list_columns(self, field: str) -> list[str]:
        """List the log's columns that a field is made of."""
        said = self.fields.get(field, [])
        return [said] if isinstance(said, str) else said

    def read_columns(self) -> list[str]:
        """List the log's columns that are read, each once, in their alphabetic order."""
        return sorted({*self._name_columns(self.fields), *([self.time.order] if self.time.order else [])})

    def need_columns(self, present: Iterable[str]) -> list[str]:
        """List those columns without which no row can be used, of those that are not present."""
        there = set(present)
        lacking = [column for column in [self.time.order] if column is not None and column not in there]
        for group in NEEDED_OF[self.into]:
            options = [self.list_columns(field) for field in group if field in self.fields]
            if options and not any(set(columns) <= there for columns in options):
                lacking += [column for columns in options for column in columns if column not in there]
        return sorted(set(lacking))

    def _name_columns(self, fields: Iterable[str]) -> Iterator[str]:
        return (column for field in fields for column in self.list_columns(field))


IDENTITY = Mapping(fields={field: field for field in sorted(FIELDS_OF["events"])})
"""The mapping of a log that already uses our own names."""
