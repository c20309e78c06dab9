"""The offline gate: every model is judged on later sessions by the code that will answer, against popularity."""

from dataclasses import replace

import dataframely as dy
import polars as pl

from echannel.training.building import build_snapshot
from echannel.training.click_gate import BASELINE, ask_everywhere, choose_ladders, judge_clicks, list_lost
from echannel.training.tables import Tables
from echannel.training.tasks import TASKS
from echannel.training.trial import Trial, answer_cases, open_trial
from echannel.tree import Settings
from evaluation import Score, compare_models
from serving import Answers, Snapshot

MODELS = ("also_viewed", "also_bought", "bought_after_viewing", "next_click", "next_item", "for_you")
"""Every question that a model answers; each may be withheld."""


def judge_models(tables: Tables, settings: Settings) -> dy.DataFrame[Score]:
    """Train on the earlier sessions, ask about the later ones, and compare each model with popularity.

    Lists are cut at `evaluation.comparison.k`; items bought before are left out of "for you", as when serving, and of
    "for_you_new" also those looked at before; the page that a visitor is on is no next click. What comes next is
    judged channel by channel, model by model, and then as it will be answered. Raises `Stop` where all sessions begin
    at once.
    """
    trial = open_trial(tables, settings)
    snapshot = build_snapshot(trial.train, settings)
    by_channel = judge_clicks(snapshot, trial)
    known = replace(snapshot, ladders=choose_ladders(by_channel))
    return Score.cast(pl.concat([*(_judge_task(task, known, trial) for task in TASKS), by_channel]))


def choose_withheld(scores: dy.DataFrame[Score]) -> list[str]:
    """Name the models that lose to popularity, and so must not be published.

    The next click's are named where every one of them loses, on every channel; see `choose_ladders` for the others.
    """
    lost = {*scores.filter(pl.col("verdict") == "worse", pl.col("model") == pl.col("task"))["task"], *list_lost(scores)}
    return [model for model in MODELS if model in lost]


def _judge_task(name: str, known: Snapshot, trial: Trial) -> dy.DataFrame[Score]:
    """Let the models of a snapshot, and popularity in their place, answer one task."""
    task = TASKS[name]
    cases = task.list_cases(trial)
    contenders = {name: Answers(known), BASELINE: Answers(_leave_popular(known))}
    answers = {who: answer_cases(cases, task.ask(says, trial)) for who, says in contenders.items()}
    ids = known.popular.targets if name != "next_click" or known.next_click is None else known.next_click.targets
    return compare_models(name, answers, cases, ids.tolist(), trial.settings.evaluation.comparison)


def _leave_popular(snapshot: Snapshot) -> Snapshot:
    """Leave a snapshot what is popular alone; which pages are is told by the graph, though it answers nothing."""
    return Snapshot(
        popular=snapshot.popular,
        catalogue=snapshot.catalogue,
        requires=snapshot.requires,
        excludes=snapshot.excludes,
        owned=snapshot.owned,
        next_click=snapshot.next_click,
        ladders=ask_everywhere(()),
    )
