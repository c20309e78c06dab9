"""The API answers over HTTP from the published snapshot, and takes in what trackers send."""

from api.access import SCOPES, AccessError, AccessKey, Scope, add_key, read_keys, revoke_key
from api.app import create_app
from api.clerk import (
    AnswerReport,
    ClerkSettings,
    Errand,
    KeepFunnel,
    ListFunnels,
    ListLost,
    Outcome,
    RemoveFunnel,
    ShowFunnel,
    read_parcel,
    write_parcel,
)
from api.collector import CollectorSettings, seal_abandoned
from api.messages import Fault, FunnelEntry, FunnelList, LostEntry, LostList, ReportQuery
from api.process.workers import run
from api.requests.shapes import find_shape_faults
from api.responses import make_tag
from api.settings import ServeSettings

__all__ = [
    "SCOPES",
    "AccessError",
    "AccessKey",
    "AnswerReport",
    "ClerkSettings",
    "CollectorSettings",
    "Errand",
    "Fault",
    "FunnelEntry",
    "FunnelList",
    "KeepFunnel",
    "ListFunnels",
    "ListLost",
    "LostEntry",
    "LostList",
    "Outcome",
    "RemoveFunnel",
    "ReportQuery",
    "Scope",
    "ServeSettings",
    "ShowFunnel",
    "add_key",
    "create_app",
    "find_shape_faults",
    "make_tag",
    "read_keys",
    "read_parcel",
    "revoke_key",
    "run",
    "seal_abandoned",
    "write_parcel",
]
