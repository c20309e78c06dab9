"""Observation: what is counted, and the lines that requests leave."""

import sys
import time
from typing import BinaryIO

import msgspec
import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, generate_latest

BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)
"""Seconds; an answer from memory lies in the first, a fold-in in the first three."""

UNMATCHED = "(no route)"


class Meter:
    """What one app counts, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        seconds = Histogram(
            "echannel_request_seconds",
            "Time to answer a request",
            ["route", "status"],
            registry=self.registry,
            buckets=BUCKETS,
        )
        self._seconds = seconds
        self._by_label: dict[tuple[str, int], Histogram] = {}
        self.model = Info("echannel_model", "The snapshot that is served", registry=self.registry)
        self.swaps = Counter("echannel_snapshot_swaps", "Snapshots taken into service", registry=self.registry)
        self.refusals = Counter("echannel_snapshot_refusals", "Snapshots that were refused", registry=self.registry)
        self.ready = Gauge("echannel_ready", "1 once a snapshot is served", registry=self.registry)

    def count_request(self, route: str, status: int, seconds: float) -> None:
        """Count one request; labels are looked up once for each route and status."""
        series = self._by_label.get((route, status))
        if series is None:
            series = self._by_label[route, status] = self._seconds.labels(route, str(status))
        series.observe(seconds)

    def write_metrics(self) -> bytes:
        """Write all counts in Prometheus' text format."""
        return generate_latest(self.registry)


class AccessLine(msgspec.Struct, frozen=True):
    """One request: no id, no query, no address."""

    event: str
    level: str
    timestamp: str
    method: str
    route: str
    status: int
    ms: float


class AccessLog:
    """Lines kept back for a moment and written together: a write for each would cost as much as the answer."""

    def __init__(self, *, stream: BinaryIO | None = None) -> None:
        self._stream = stream if stream is not None else sys.stderr.buffer
        self._waiting: list[tuple[float, str, str, int, float]] = []

    def note_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Note one request that was answered now."""
        self._waiting.append((time.time(), method, route, status, seconds))

    def write_lines(self) -> None:
        """Write what waits, in the order of the answers."""
        waiting, self._waiting = self._waiting, []
        lines = [
            AccessLine("request", "info", _tell_time(at), method, route, status, round(seconds * 1000, 3))
            for at, method, route, status, seconds in waiting
        ]
        if lines:
            self._stream.write(msgspec.json.Encoder().encode_lines(lines))
            self._stream.flush()


def _tell_time(seconds: float) -> str:
    """Write a moment as UTC to the millisecond."""
    whole = int(seconds)
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(whole))}.{int((seconds - whole) * 1000):03d}Z"


def make_logger() -> structlog.typing.FilteringBoundLogger:
    """Make the logger of what happens to the process itself: one JSON line each, on standard error."""
    logger: structlog.typing.FilteringBoundLogger = structlog.wrap_logger(
        structlog.BytesLogger(sys.stderr.buffer),
        wrapper_class=structlog.make_filtering_bound_logger("info"),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(serializer=lambda event, **_: msgspec.json.encode(event)),
        ],
    )
    return logger
