"""The plan: how sources are to be read, and whither."""

from datetime import datetime

import msgspec

from echannel.tree import Settings
from ingest import Mapping, Pseudonym, SiteMap
from lake import Lake

MAY_BRING_IDS = frozenset({"csv", "ndjson", "parquet", "spool"})
"""Formats of which, without a mapping, a column may be the event's own id."""


class Intake(msgspec.Struct, frozen=True):
    """How sources are to be read, and whither."""

    lake: Lake
    settings: Settings
    site_map: SiteMap
    pseudonym: Pseudonym
    format: str = "auto"
    channel: str | None = None
    """The channel of lines that do not tell their own."""
    mapping: Mapping | None = None
    map_file: str | None = None
    """Where the mapping was read from."""
    encoding: str = "utf-8"
    zone: str | None = None
    """The zone of times without an offset; it goes before the format's and the mapping's."""
    finished: bool = False
    """Whether no file given will grow any more, so that a last line without a line break is whole."""
    now: datetime | None = None
    """The time by which a file at rest and an event of the future are known; without it, neither is."""

    @property
    def into(self) -> str:
        """Return the table that the lines belong to."""
        if self.format == "tmf620":
            return "products"
        return self.mapping.into if self.mapping else "events"

    def is_distinct(self, format_name: str) -> bool:
        """Tell whether each line makes a row of its own: where no line brings an id, which another may bring too."""
        if self.into != "events":
            return False
        return "event_id" not in self.mapping.fields if self.mapping else format_name not in MAY_BRING_IDS
