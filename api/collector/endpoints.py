"""Endpoints: the paths that trackers know, how each is read, and what it answers."""

from dataclasses import dataclass

from api.collector.parcels import Reader
from api.collector.posthog import read_posthog
from api.collector.replies import OK, PICTURE, STATUS_ONE, SUCCESS, Reply
from api.collector.segment import CALLS, read_call, read_segment
from api.collector.sensors import read_sensors
from api.collector.snowplow import read_snowplow


@dataclass(frozen=True)
class Endpoint:
    """One path of one tracker."""

    path: str
    tracker: str
    read: Reader
    reply: Reply
    shown: Reply | None = None
    """What a GET is answered, where that differs."""
    methods: tuple[str, ...] = ("GET", "POST")
    named_by_content: bool = False
    """Whether a batch that comes twice has one name: where events have no ids of their own."""

    def find_reply(self, method: str) -> Reply:
        """Find the yes that a method is answered with."""
        return self.shown if self.shown is not None and method != "POST" else self.reply


ENDPOINTS = (
    Endpoint("/com.snowplowanalytics.snowplow/tp2", "snowplow", read_snowplow, OK, PICTURE),
    Endpoint("/i", "snowplow", read_snowplow, OK, PICTURE),
    Endpoint("/sa", "sensors", read_sensors, OK, named_by_content=True),
    Endpoint("/sa.gif", "sensors", read_sensors, PICTURE, named_by_content=True),
    Endpoint("/v1/batch", "segment", read_segment, SUCCESS, methods=("POST",)),
    Endpoint("/v1/import", "segment", read_segment, SUCCESS, methods=("POST",)),
    *(
        Endpoint(f"/v1/{path}", "segment", read_call(call), SUCCESS, methods=("POST",))
        for letter, call in CALLS.items()
        for path in (letter, call)
    ),
    *(
        Endpoint(path + slash, "posthog", read_posthog, STATUS_ONE)
        for path in ("/batch", "/e", "/capture", "/i/v0/e")
        for slash in ("/", "")
    ),
)
"""Every path that takes events in."""
