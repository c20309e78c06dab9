"""The API answers over HTTP from the published snapshot, and takes in what trackers send."""

from api.access import SCOPES, AccessError, AccessKey, Scope, add_key, read_keys, revoke_key
from api.app import create_app
from api.collector import CollectorSettings, seal_abandoned
from api.settings import ServeSettings
from api.workers import run

__all__ = [
    "SCOPES",
    "AccessError",
    "AccessKey",
    "CollectorSettings",
    "Scope",
    "ServeSettings",
    "add_key",
    "create_app",
    "read_keys",
    "revoke_key",
    "run",
    "seal_abandoned",
]
