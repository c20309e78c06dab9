"""Meter: what the collector counts."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)


class CollectorMeter:
    """Counts by tracker and reason, never by who sent."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.events = Counter("echannel_collector_events", "Events on disk", ["tracker"], registry=registry)
        self.faults = Counter(
            "echannel_collector_faults", "Things on disk that are no events", ["tracker", "fault"], registry=registry
        )
        self.refusals = Counter(
            "echannel_collector_refusals", "Requests refused", ["tracker", "reason"], registry=registry
        )
        self.waiting = Gauge(
            "echannel_collector_waiting_bytes", "Bytes received and not yet on disk", registry=registry
        )
        self.sealed = Counter("echannel_spool_segments", "Files of the spool that were finished", registry=registry)
        self.failures = Counter("echannel_spool_failures", "Writes that the disk refused", registry=registry)
        self.seconds = Histogram(
            "echannel_spool_write_seconds", "Time to write and sync one group of requests",
            registry=registry, buckets=SECONDS,
        )  # fmt: skip
