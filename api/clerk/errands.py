"""Errands: what the clerk is sent for, and what it comes back with, as they stand in the pipe between."""

import msgspec

from api.messages import Fault, ReportQuery

Tags = list[str] | None
"""Entity tags of a condition, `*` for any; None where there is no condition."""


class AnswerReport(msgspec.Struct, frozen=True, tag=True):
    """Make a report."""

    query: ReportQuery


class ListFunnels(msgspec.Struct, frozen=True, tag=True):
    """List the funnels that are defined."""


class ShowFunnel(msgspec.Struct, frozen=True, tag=True):
    """Show one definition."""

    funnel_id: str


class KeepFunnel(msgspec.Struct, frozen=True, tag=True):
    """Keep a definition, if the conditions hold."""

    funnel_id: str
    definition: dict[str, object]
    if_match: Tags = None
    if_none_match: Tags = None


class RemoveFunnel(msgspec.Struct, frozen=True, tag=True):
    """Remove a definition, if the condition holds."""

    funnel_id: str
    if_match: Tags = None


class ListLost(msgspec.Struct, frozen=True, tag=True):
    """List those whom a funnel lost at a step: `limit` of them, leaving out the first `offset`."""

    funnel_id: str
    step: int
    limit: int
    offset: int


Errand = AnswerReport | ListFunnels | ShowFunnel | KeepFunnel | RemoveFunnel | ListLost


class Outcome(msgspec.Struct, frozen=True):
    """How an errand ended: a status of HTTP; then the document, or what is wrong and how to mend it."""

    status: int = 200
    document: msgspec.Raw = msgspec.Raw(b"null")
    detail: str = ""
    faults: list[Fault] = []
