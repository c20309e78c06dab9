"""Trackers turn what the SDKs of Snowplow, 神策, Segment and PostHog send into records."""

from ingest.trackers.clocks import correct_clocks, flag_future
from ingest.trackers.interpretation import make_dictionary
from ingest.trackers.settings import DEFAULT_TRACKERS, TrackerSettings, find_tracker_faults
from ingest.trackers.spool import pair_spool, read_spool

__all__ = [
    "DEFAULT_TRACKERS",
    "TrackerSettings",
    "correct_clocks",
    "find_tracker_faults",
    "flag_future",
    "make_dictionary",
    "pair_spool",
    "read_spool",
]
