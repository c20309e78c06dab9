"""Reading a lake's sessions for tests: up to date, and in one order."""

import dataframely as dy

from echannel.sessions.refresh import scan_sessioned
from echannel.tree import Settings
from ingest import ORDER, Sessioned
from lake import Lake


def read_sessioned(lake: Lake, settings: Settings) -> dy.DataFrame[Sessioned]:
    """Read the lake's events with their sessions, in the order of visitor and `ORDER`."""
    return Sessioned.cast(scan_sessioned(lake, settings).sort("visitor_id", *ORDER).collect())
