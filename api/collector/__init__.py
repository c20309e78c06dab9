"""The collector takes in what trackers send and has it on disk before it says yes."""

from api.collector.endpoints import ENDPOINTS
from api.collector.flags import FLAG_PATHS, answer_flags
from api.collector.replies import respond_preflight
from api.collector.segment_file import seal_abandoned
from api.collector.service import open_collector, take_events
from api.collector.settings import CollectorSettings

__all__ = [
    "ENDPOINTS",
    "FLAG_PATHS",
    "CollectorSettings",
    "answer_flags",
    "open_collector",
    "respond_preflight",
    "seal_abandoned",
    "take_events",
]
