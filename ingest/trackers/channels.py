"""Channels: where an event comes from, by its keys and library."""

from collections.abc import Mapping

from ingest.events import CHANNELS
from ingest.trackers.statements import Statement

USUAL = {**{channel: channel for channel in CHANNELS}, "网厅": "web", "手厅": "app", "掌厅": "app"}
"""Words that name a channel wherever they stand."""
OF_KIND = {"browser": "web", "mobile": "app"}


class ChannelTable:
    """Which channel a word stands for, by the operator's own words first."""

    def __init__(self, own: Mapping[str, str]) -> None:
        self._own = own

    def find(self, said: Statement, key: str | None) -> str | None:
        """Return the channel that a key, app id, library or property names; an app's library is the app's."""
        words = [word for word in (key, *said.words) if word]
        known = [self._own[word] for word in words if word in self._own]
        named = [USUAL[word.lower()] for word in words if word.lower() in USUAL]
        return next(iter([*known, *named]), "app" if said.kind == "mobile" else None)


def guess_channel(said: Statement, otherwise: str) -> str | None:
    """Return the channel of an event that no word and no address tells: by platform, library, or setting."""
    return said.usual_channel or OF_KIND.get(said.kind or "") or otherwise or None
