"""The clerk: a process beside the server that reads tables, so that the server need not; one errand at a time."""

from api.clerk.clerk import Clerk
from api.clerk.errands import (
    AnswerReport,
    Errand,
    KeepFunnel,
    ListFunnels,
    ListLost,
    Outcome,
    RemoveFunnel,
    ShowFunnel,
)
from api.clerk.pipe import read_parcel, write_parcel
from api.clerk.settings import ClerkSettings

__all__ = [
    "AnswerReport",
    "Clerk",
    "ClerkSettings",
    "Errand",
    "KeepFunnel",
    "ListFunnels",
    "ListLost",
    "Outcome",
    "RemoveFunnel",
    "ShowFunnel",
    "read_parcel",
    "write_parcel",
]
