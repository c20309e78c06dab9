"""Answers: what the clerk does for each errand. The settings and the lake are looked at anew each time."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from api import (
    AnswerReport,
    Errand,
    Fault,
    FunnelEntry,
    FunnelList,
    KeepFunnel,
    ListFunnels,
    ListLost,
    Outcome,
    RemoveFunnel,
    ShowFunnel,
)
from echannel.clerk.faults import UnusableError
from echannel.clerk.made import MadeReports
from echannel.clerk.reports import list_those_lost, make_report, name_wish, read_query
from echannel.exits import Stop
from echannel.funnels.reading import DefinitionError, read_definition, write_definition
from echannel.funnels.shelf import (
    FUNNEL_ID,
    ShelfRefusal,
    keep_definition,
    merge_funnels,
    read_shelf,
    remove_definition,
)
from echannel.places import find_funnels_folder
from echannel.settings import find_settings
from echannel.tree import Settings, read_settings
from echannel.workspace import Workspace, open_workspace
from paths import FunnelDefinition
from recommend import TooManySetsError

MEND = "Mend what is listed under errors."
NO_FUNNEL = "There is no funnel of this id; /v1/funnels lists those there are."
ID_RULE = "Use small letters, digits, - and _, 40 at most, beginning with a letter or digit."
FROM_FILE = "This funnel stands in the settings file: change it there, or define yours under another id."


class Answers:
    """Does errands for one lake; keeps reports already made."""

    def __init__(self, lake: Path, settings_file: Path | None, cache_bytes: int) -> None:
        self._lake = lake
        self._file = settings_file
        self._shelf = find_funnels_folder(lake)
        self._made = MadeReports(cache_bytes)
        self._ways: dict[type, Callable[[Any], Outcome]] = {
            AnswerReport: self._answer_report,
            ListFunnels: self._list_funnels,
            ShowFunnel: self._show_funnel,
            KeepFunnel: self._keep_funnel,
            RemoveFunnel: self._remove_funnel,
            ListLost: self._list_lost,
        }

    def answer(self, errand: Errand) -> Outcome:
        """Do an errand; refusals that a caller can mend are outcomes, too."""
        try:
            return self._ways[type(errand)](errand)
        except DefinitionError as fault:
            return Outcome(422, detail=MEND, faults=fault.faults)
        except ShelfRefusal as fault:
            return Outcome(fault.status, detail=fault.detail)
        except TooManySetsError as fault:
            return Outcome(409, detail=f"{fault.what.capitalize()}. {fault.fix}")

    def _list_funnels(self, _: ListFunnels) -> Outcome:
        own, shelf = self._read_own(), self._read_shelf()
        entries = [
            FunnelEntry(funnel_id, "settings" if funnel_id in own.funnels else "api", len(funnel.steps))
            for funnel_id, funnel in sorted(merge_funnels(own.funnels, shelf).items())
        ]
        return _say(FunnelList(entries))

    def _show_funnel(self, errand: ShowFunnel) -> Outcome:
        funnels = merge_funnels(self._read_own().funnels, self._read_shelf())
        if errand.funnel_id not in funnels:
            return Outcome(404, detail=NO_FUNNEL)
        return Outcome(document=msgspec.Raw(write_definition(funnels[errand.funnel_id], errand.funnel_id)))

    def _keep_funnel(self, errand: KeepFunnel) -> Outcome:
        faults = [] if FUNNEL_ID.fullmatch(errand.funnel_id) else [Fault("path funnel_id", ID_RULE)]
        try:
            funnel = read_definition(errand.definition)
        except DefinitionError as fault:
            raise DefinitionError([*faults, *fault.faults]) from None
        if faults:
            raise DefinitionError(faults)
        if errand.funnel_id in self._read_own().funnels:
            return Outcome(409, detail=FROM_FILE)
        kept = keep_definition(self._shelf, errand.funnel_id, funnel, errand.if_match, errand.if_none_match)
        return Outcome(201 if kept.is_new else 200, msgspec.Raw(kept.written))

    def _remove_funnel(self, errand: RemoveFunnel) -> Outcome:
        known = FUNNEL_ID.fullmatch(errand.funnel_id)
        if known and remove_definition(self._shelf, errand.funnel_id, errand.if_match):
            return Outcome(204)
        is_own = errand.funnel_id in self._read_own().funnels
        return Outcome(409, detail=FROM_FILE) if is_own else Outcome(404, detail=NO_FUNNEL)

    def _answer_report(self, errand: AnswerReport) -> Outcome:
        space = self._open()
        wish = read_query(errand.query, space.settings)
        document = self._made.find_or_make(name_wish(wish, space), lambda: make_report(wish, space))
        return Outcome(document=msgspec.Raw(document))

    def _list_lost(self, errand: ListLost) -> Outcome:
        space = self._open()
        if errand.funnel_id not in space.settings.funnels:
            return Outcome(404, detail=NO_FUNNEL)
        steps = len(space.settings.funnels[errand.funnel_id].steps)
        if errand.step >= steps:
            told = f"Nobody is lost at step {errand.step} of {steps}: choose one before the last."
            return Outcome(400, detail="Mend the query parameters.", faults=[Fault("query parameter step", told)])
        return _say(list_those_lost(errand, space))

    def _open(self) -> Workspace:
        """Open the lake with its settings of now; a fault in them is not the caller's."""
        try:
            return open_workspace(self._lake, self._file)
        except Stop as stop:
            raise UnusableError(str(stop)) from None

    def _read_shelf(self) -> dict[str, FunnelDefinition]:
        try:
            return read_shelf(self._shelf)
        except Stop as stop:
            raise UnusableError(str(stop)) from None

    def _read_own(self) -> Settings:
        try:
            return read_settings(find_settings(self._file))
        except Stop as stop:
            raise UnusableError(str(stop)) from None


def _say(message: msgspec.Struct) -> Outcome:
    return Outcome(document=msgspec.Raw(msgspec.json.encode(message)))
