"""The API answers over HTTP from the published snapshot."""

from api.app import create_app
from api.settings import ServeSettings
from api.workers import run

__all__ = ["ServeSettings", "create_app", "run"]
