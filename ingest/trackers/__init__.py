"""Trackers turn what the SDKs of Snowplow, 神策, Segment and PostHog send into records."""

from ingest.trackers.clocks import correct_clocks, flag_future
from ingest.trackers.interpretation import make_dictionary
from ingest.trackers.settings import TrackerSettings
from ingest.trackers.spool import pair_spool, read_spool

__all__ = [
    "TrackerSettings",
    "correct_clocks",
    "flag_future",
    "make_dictionary",
    "pair_spool",
    "read_spool",
]
