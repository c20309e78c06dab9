"""Publishing: from tables to the snapshot that the API answers from, through the gate."""

import time
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

import dataframely as dy
import msgspec

from echannel.reports import UPKEEP, Desk, report_evaluation, write_reports
from echannel.training.building import build_snapshot
from echannel.training.click_gate import choose_ladders
from echannel.training.gate import MODELS, choose_withheld, judge_models
from echannel.training.tables import read_tables
from echannel.workspace import Workspace
from evaluation import Score
from ingest import find_term_faults
from serving import encode_report, publish_snapshot


class Published(NamedTuple):
    """What training came to."""

    model_version: str | None
    """The version published; None where the gate held back every model."""
    scores: dy.DataFrame[Score]
    withheld: list[str]
    notices: list[str]
    """What a person should know of the catalogue: terms that no shop can keep."""
    seconds: float


def train_and_publish(space: Workspace, made_at: datetime) -> Published:
    """Judge the models on the latest sessions, train those that passed on all, and publish them with the reports.

    A model that loses to popularity is withheld: its questions are answered from popularity, and the answers say so.
    Of the next click's models each channel has those that do not lose there, the best first.
    Where every model loses, nothing is published and the snapshot in place stays.
    """
    began = time.perf_counter()
    tables = read_tables(space.lake, space.settings)
    scores = judge_models(tables, space.settings)
    withheld, notices = choose_withheld(scores), find_term_faults(tables.products)
    if len(withheld) == len(MODELS):
        return Published(None, scores, withheld, notices, time.perf_counter() - began)
    judged = msgspec.structs.replace(report_evaluation(scores), chapter=UPKEEP)
    reports = [*write_reports(Desk(tables, space.settings)), judged]
    ordered = [msgspec.structs.replace(report, place=place) for place, report in enumerate(reports)]
    ladders = choose_ladders(scores)
    snapshot = build_snapshot(tables, space.settings, withheld, ladders)
    documents = {report.name: encode_report(report) for report in ordered}
    manifest = publish_snapshot(
        space.serving_folder,
        replace(snapshot, reports=documents),
        made_at=made_at.isoformat(timespec="seconds"),
        settings=msgspec.to_builtins(space.settings),
        evaluation={"scores": scores.to_dicts(), "withheld": withheld, "next_clicks": ladders.describe()},
    )
    return Published(manifest.model_version, scores, withheld, notices, time.perf_counter() - began)
