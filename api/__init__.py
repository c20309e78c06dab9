"""The API answers over HTTP from the published snapshot, and takes in what trackers send."""

from api.app import create_app
from api.collector import CollectorSettings, seal_abandoned
from api.settings import ServeSettings
from api.workers import run

__all__ = ["CollectorSettings", "ServeSettings", "create_app", "run", "seal_abandoned"]
