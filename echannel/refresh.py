"""Sessions kept up to date with the lake's events."""

import dataframely as dy
import msgspec

from echannel.tree import Settings
from ingest import Event, Sessioned, sessionize, summarize_sessions
from lake import Lake


def refresh_sessions(lake: Lake, settings: Settings) -> None:
    """Cut the lake's events into sessions, unless that was done with these events and settings already."""
    made_of = {"events": str(lake.version("events")), "sessions": msgspec.json.encode(settings.sessions).decode()}
    if made_of["events"] == "-1" or made_of.items() <= lake.note("sessioned").items():
        return
    sessioned = sessionize(Event.cast(lake.scan("events").collect()), settings.sessions)
    lake.replace("sessions", summarize_sessions(sessioned))
    lake.replace("sessioned", sessioned, made_of)


def read_sessioned(lake: Lake, settings: Settings) -> dy.DataFrame[Sessioned]:
    """Return the lake's events with their sessions, in the order of visitor and time."""
    refresh_sessions(lake, settings)
    return Sessioned.cast(lake.scan("sessioned").sort("visitor_id", "occurred_at", "event_id").collect())
