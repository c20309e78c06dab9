"""Publishing: from tables to the snapshot that the API answers from, through the gate."""

import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from echannel.plans.layout import publish_layouts
from echannel.reports import UPKEEP, Desk, report_evaluation, report_stickiness_effect, write_reports
from echannel.training.building import build_snapshot
from echannel.training.catalogue import check_merchandising
from echannel.training.decisions import Record, Search
from echannel.training.gate import Judgement, judge_models
from echannel.training.in_place import InPlace, apply_search, read_in_place
from echannel.training.recipes import QUESTIONS, write_recipe
from echannel.training.search import search_settings
from echannel.training.tables import Tables, read_tables
from echannel.tree import Settings
from echannel.workspace import Workspace
from ingest import find_term_faults
from serving import Snapshot, encode_report, publish_snapshot


class Published(NamedTuple):
    """What training came to."""

    model_version: str | None
    """The version published; None where the gate held back every model."""
    judgement: Judgement
    search: Search | None
    """What was searched today; None where nothing was."""
    notices: list[str]
    """What a person should know: why the models in place could not be gone by, and terms that no shop can keep."""
    seconds: float


def train_and_publish(space: Workspace, made_at: datetime, *, search: bool = False) -> Published:
    """Judge the models on the latest sessions, train those that passed on all, and publish them with the reports.

    A model that loses to popularity is withheld: its questions are answered from popularity, and the answers say so.
    One that loses to the model in place is made with the settings in place. Of the next click's models each channel has
    those that do not lose there, the best first; of those of "for you" the best answers. Where every model loses,
    nothing is published and the snapshot in place stays. With `search` the settings of "for you" are searched first,
    and hold for later builds until somebody changes those that the search began from. Models are judged without pins,
    boosts, caps, rotation, diversity and stickiness, which are published beside them; what stickiness does is judged
    apart. Raises `Stop` before any model is trained where the settings ask for what the catalogue or a page cannot
    give.
    """
    began = time.perf_counter()
    tables = read_tables(space.lake, space.settings)
    check_merchandising(space.settings.merchandising, tables.products)
    layouts = publish_layouts(tables, space.settings)
    before = read_in_place(space.serving_folder, space.settings)
    found = search_settings(tables, space.settings) if search else None
    settings = apply_search(space.settings, found or before.search)
    judgement = judge_models(tables, settings, before)
    record = _record(judgement, settings, before, found or before.search)
    version = None
    if record.recipes:
        start = before.choose_start(judgement.choice.kept.get("for_you", settings))
        models = build_snapshot(tables, settings, judgement.choice, start)
        reports = _encode_reports(tables, settings, judgement)
        snapshot = replace(models, reports=reports, layouts=layouts, merchandising=settings.merchandising)
        version = _publish(space.serving_folder, snapshot, made_at, settings, record)
    notices = [*before.notices, *judgement.notices, *find_term_faults(tables.products)]
    return Published(version, judgement, found, notices, time.perf_counter() - began)


def _encode_reports(tables: Tables, settings: Settings, judgement: Judgement) -> dict[str, bytes]:
    """Write every report, the judgement as the last one of upkeep."""
    judged = [report_evaluation(judgement.scores)]
    judged += [report_stickiness_effect(judgement.stickiness)] if judgement.stickiness else []
    placed_last = [msgspec.structs.replace(report, chapter=UPKEEP) for report in judged]
    reports = [*write_reports(Desk(tables, settings)), *placed_last]
    placed = [msgspec.structs.replace(report, place=place) for place, report in enumerate(reports)]
    return {report.name: encode_report(report) for report in placed}


def _publish(folder: Path, snapshot: Snapshot, made_at: datetime, settings: Settings, record: Record) -> str:
    return publish_snapshot(
        folder,
        snapshot,
        made_at=made_at.isoformat(timespec="seconds"),
        settings=msgspec.to_builtins(settings),
        evaluation=msgspec.to_builtins(record),
    ).model_version


def _record(judgement: Judgement, settings: Settings, before: InPlace, search: Search | None) -> Record:
    """Write down how the snapshot was judged and made, for people and for the next build.

    What a search chose is forgotten where it loses to the settings in place.
    """
    scores, decisions, choice, notices, stickiness = judgement
    made = [question for question in QUESTIONS if question not in choice.withheld]
    return Record(
        scores=scores.to_dicts(),
        withheld=list(choice.withheld),
        next_clicks=choice.ladders.describe(),
        decisions=decisions,
        notices=notices,
        taste=choice.taste if "for_you" in made else None,
        recipes={question: write_recipe(question, choice.kept.get(question, settings)) for question in made},
        search=before.search if "for_you" in choice.kept else search,
        stickiness=stickiness or msgspec.UNSET,
    )
