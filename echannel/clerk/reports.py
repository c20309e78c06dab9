"""Reports on demand: the same that the shell prints, of funnels that are defined or of a definition sent along."""

from difflib import get_close_matches
from typing import Any, NamedTuple

import msgspec
import polars as pl
from msgspec.structs import replace

from api import Fault, ListLost, LostEntry, LostList, ReportQuery
from echannel.exits import Stop
from echannel.funnels.reading import DefinitionError, read_definition
from echannel.reports import ANSWERS, PATH_REPORTS, REPORTS, Desk, Question, check_question, measure_funnel
from echannel.reports.measured import MeasuredFunnel
from echannel.training.tables import read_tables
from echannel.tree import Settings
from echannel.workspace import Workspace
from paths import FunnelDefinition, list_lost

PEOPLE = {
    "funnel-lost": "ask GET /v1/funnels/{funnel_id}/lost, with a key for people",
    "path-sessions": "ask for it in the shell",
}
"""Reports that are lists of people, and where they are asked for."""
PASSING = "asked"
"""What a funnel is called that was sent along without a name."""
SOURCES = ("events", "orders", "products", "identity", "erased")
"""Tables that all others are made from."""


class Wish(NamedTuple):
    """A query that can be answered: what it names is there, and what it defines makes sense."""

    subject: str
    question: Question
    about: str = ""
    """The page, groups or pattern, for those that take one."""
    name: str = ""
    """The funnel's id, or what it is called that was sent along; empty where the report is about none."""
    funnel: FunnelDefinition | None = None


def read_query(query: ReportQuery, settings: Settings) -> Wish:
    """Check a query against what there is; raises `DefinitionError` with its faults."""
    known = {**REPORTS, **PATH_REPORTS, **ANSWERS}
    faults = []
    if query.report in PEOPLE:
        faults.append(Fault("report", f"It lists people: {PEOPLE[query.report]}."))
    elif query.report not in known:
        near = get_close_matches(query.report, known) or sorted(known.keys() - PEOPLE)
        faults.append(Fault("report", f"Unknown. Did you mean {', '.join(near)}?"))
    if query.about is not None and query.report in known.keys() - PATH_REPORTS:
        faults.append(Fault("about", f"Leave it away: it is for {', '.join(sorted(PATH_REPORTS.keys() - PEOPLE))}."))
    funnel = _find_funnel(query, settings, faults)
    question = Question(query.by, (query.groups[0], query.groups[1]) if query.groups else None, query.step)
    if query.report in known:
        _check_options(query.report, question, funnel, faults)
    if faults:
        raise DefinitionError(faults)
    name = query.funnel if isinstance(query.funnel, str) else funnel.name if funnel else ""
    return Wish(query.report, question, query.about or "", name, funnel)


def name_wish(wish: Wish, space: Workspace) -> bytes:
    """Name a wish and everything that its answer depends on: the same name, the same answer."""
    versions = {name: space.lake.version(name) for name in SOURCES}
    return msgspec.json.encode([wish, versions, space.settings])


def make_report(wish: Wish, space: Workspace) -> bytes:
    """Make the report as JSON; raises `Stop` where the lake holds no events of people, or none that it is about."""
    if wish.funnel is not None:
        return msgspec.json.encode(ANSWERS[wish.subject](_measure(wish.name, wish.funnel, space), wish.question))
    desk = Desk(read_tables(space.lake, space.settings), space.settings)
    if wish.subject in PATH_REPORTS:
        return msgspec.json.encode(PATH_REPORTS[wish.subject](desk, wish.about))
    return msgspec.json.encode(REPORTS[wish.subject](desk))


def list_those_lost(errand: ListLost, space: Workspace) -> LostList:
    """List those lost at a step of a funnel that is defined, the latest first; the errand says which part of them."""
    measured = _measure(errand.funnel_id, space.settings.funnels[errand.funnel_id], space)
    lost = list_lost(measured.levels, measured.definition, errand.step)
    times = pl.col("entered_at", "last_reached_at").dt.to_string("iso:strict")
    part = lost.slice(errand.offset, errand.limit).select("entrant", "segment", times)
    return LostList(
        funnel=errand.funnel_id,
        scope=measured.definition.scope,
        step=errand.step,
        name=measured.steps[errand.step],
        total=len(lost),
        offset=errand.offset,
        lost=[LostEntry(*row) for row in part.iter_rows()],
    )


def _check_options(subject: str, question: Question, funnel: FunnelDefinition | None, faults: list[Fault]) -> None:
    """Add to the faults what the shell would say of the options, without its dashes."""
    try:
        check_question(subject, question, funnel)
    except Stop as stop:
        faults.append(Fault("options", f"{stop.what.capitalize()}. {stop.fix}".replace("--", "")))


def _find_funnel(query: ReportQuery, settings: Settings, faults: list[Fault]) -> FunnelDefinition | None:
    """Find the funnel that a query names, or read the one it sends along; adds to the faults what is wrong with it."""
    if query.funnel is None:
        if query.report in ANSWERS:
            faults.append(Fault("funnel", f"Missing. Name one of {', '.join(settings.funnels)}, or send a definition."))
        return None
    if query.report in {**REPORTS, **PATH_REPORTS}:
        faults.append(Fault("funnel", "This report is not about a funnel: leave it away."))
    if isinstance(query.funnel, dict):
        return _read_sent(query.funnel, faults)
    if query.funnel not in settings.funnels:
        near = get_close_matches(query.funnel, settings.funnels) or settings.funnels
        faults.append(Fault("funnel", f"There is none of this id. Did you mean {', '.join(near)}?"))
    return settings.funnels.get(query.funnel)


def _read_sent(document: dict[str, Any], faults: list[Fault]) -> FunnelDefinition | None:
    try:
        sent = read_definition(document, "funnel")
    except DefinitionError as fault:
        faults += fault.faults
        return None
    return sent if sent.name else replace(sent, name=PASSING)


def _measure(name: str, funnel: FunnelDefinition, space: Workspace) -> MeasuredFunnel:
    """Measure a funnel; one that was sent along stands among the settings' for this once."""
    settings = replace(space.settings, funnels={**space.settings.funnels, name: funnel})
    return measure_funnel(Desk(read_tables(space.lake, settings), settings), name)
