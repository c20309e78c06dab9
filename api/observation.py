"""Observation: what is counted, and the lines that requests leave."""

import contextlib
import sys
import time
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate
from typing import BinaryIO

import msgspec
import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Info, generate_latest
from prometheus_client.core import HistogramMetricFamily
from prometheus_client.registry import Collector

BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)
"""Seconds; an answer from memory lies in the first, a fold-in in the first three."""

LABELS = ("route", "status")

UNMATCHED = "(no route)"


class RequestSeconds(Collector):
    """A histogram of request times by route and status.

    Prometheus' own takes a lock and walks its buckets one by one for each request; an app has one thread.
    """

    def __init__(self) -> None:
        self._counts: dict[tuple[str, int], list[int]] = {}
        self._sums: dict[tuple[str, int], float] = {}

    def count_request(self, route: str, status: int, seconds: float) -> None:
        """Count one request in the first bucket that holds it."""
        label = (route, status)
        if label not in self._counts:
            self._counts[label], self._sums[label] = [0] * (len(BUCKETS) + 1), 0.0
        self._counts[label][bisect_left(BUCKETS, seconds)] += 1
        self._sums[label] += seconds

    def collect(self) -> Iterator[HistogramMetricFamily]:
        """Give all counts to a scrape, each bucket with those below it."""
        family = HistogramMetricFamily("echannel_request_seconds", "Time to answer a request", labels=LABELS)
        bounds = [*map(str, BUCKETS), "+Inf"]
        for (route, status), counts in sorted(self._counts.items()):
            buckets = list(zip(bounds, accumulate(counts), strict=True))
            family.add_metric([route, str(status)], buckets, self._sums[route, status])
        yield family


class Meter:
    """What one app counts, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = RequestSeconds()
        self.registry.register(self.requests)
        self.model = Info("echannel_model", "The snapshot that is served", registry=self.registry)
        self.swaps = Counter("echannel_snapshot_swaps", "Snapshots taken into service", registry=self.registry)
        self.refusals = Counter("echannel_snapshot_refusals", "Snapshots that were refused", registry=self.registry)
        self.ready = Gauge("echannel_ready", "1 once a snapshot is served", registry=self.registry)

    def write_metrics(self) -> bytes:
        """Write all counts in Prometheus' text format."""
        return generate_latest(self.registry)


class AccessLine(msgspec.Struct, frozen=True):
    """What the line of a request says before its moment: no id, no query, no address."""

    event: str
    level: str
    method: str
    route: str
    status: int


class AccessLog:
    """Lines kept back for a moment and written together: a write for each would cost as much as the answer."""

    def __init__(self, *, stream: BinaryIO | None = None) -> None:
        self._stream = stream if stream is not None else sys.stderr.buffer
        self._waiting: list[tuple[float, str, str, int, float]] = []

    def note_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Note one request that was answered now."""
        self._waiting.append((time.time(), method, route, status, seconds))

    def write_lines(self) -> None:
        """Write what waits, in the order of the answers, one JSON document a line.

        Lines that a full disk refuses are gone: answers matter more.
        """
        waiting, self._waiting = self._waiting, []
        if waiting:
            lines = [
                f'{_begin_line(method, route, status)}"{_tell_second(int(at))}.{int(at % 1 * 1000):03d}Z","ms":'
                f"{seconds * 1000:.3f}}}\n"
                for at, method, route, status, seconds in waiting
            ]
            with contextlib.suppress(OSError):
                self._stream.write("".join(lines).encode())
                self._stream.flush()


@lru_cache(maxsize=1024)
def _begin_line(method: str, route: str, status: int) -> str:
    """Write what all lines of a route have in common, up to the moment."""
    return msgspec.json.encode(AccessLine("request", "info", method, route, status)).decode()[:-1] + ',"timestamp":'


@lru_cache(maxsize=4)
def _tell_second(second: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))


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
