"""Sources that the settings name, so that `echannel ingest` alone reads them all."""

from typing import Literal

import msgspec


class SourceSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One source of logs: where its files lie, and how they are read."""

    path: str | tuple[str, ...]
    """A file, a folder, a pattern (`logs/**/access.log*`) or a topic (`kafka://host:9092/clicks`), or several.

    Paths are relative to the settings file.
    """
    format: str = "auto"
    """Name of a format, or the server's own log_format string; auto looks at the first lines."""
    channel: Literal["web", "wap", "app"] | None = None
    """Channel of lines that do not tell their own."""
    map: str | None = None
    """Mapping file, relative to the settings file."""
    encoding: Literal["utf-8", "gbk", "gb18030", "big5"] = "utf-8"
    """How its text is written as bytes."""
    zone: str | None = None
    """Time zone of times without an offset, such as Asia/Shanghai; null where the format or the mapping says it."""

    @property
    def paths(self) -> tuple[str, ...]:
        """Return where its files lie, however many places were named."""
        return (self.path,) if isinstance(self.path, str) else self.path
