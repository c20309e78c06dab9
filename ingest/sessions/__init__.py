"""Sessions: a visitor's events in order, cut where a visit ends and the next begins."""

from ingest.sessions.order import ORDER
from ingest.sessions.presets import PRESETS
from ingest.sessions.reasons import CUTS
from ingest.sessions.rules import SessionRules
from ingest.sessions.sessions import Session, Sessioned, sessionize, summarize_sessions
from ingest.sessions.settings import SessionSettings, settle

__all__ = [
    "CUTS",
    "ORDER",
    "PRESETS",
    "Session",
    "SessionRules",
    "SessionSettings",
    "Sessioned",
    "sessionize",
    "settle",
    "summarize_sessions",
]
