"""Trackers turn what the SDKs of Snowplow, 神策, Segment and PostHog send into records."""

from ingest.trackers.clocks import correct_clocks, flag_future

__all__ = ["correct_clocks", "flag_future"]
