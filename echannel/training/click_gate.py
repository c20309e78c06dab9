"""The gate of the next click: which models answer on each channel, chosen by the offline comparison."""

from collections.abc import Mapping
from dataclasses import replace

import dataframely as dy
import polars as pl

from echannel.training.trial import Ask, Row, Trial, answer_cases
from evaluation import NextClickCase, NextItemCase, Score, compare_models
from serving import CHANNEL_BIT, CLICK_MODELS, Answers, ClickModel, Ladders, Snapshot

BASELINE = "popular"
QUESTIONS = ("next_click", "next_item")
CHANNELS = ("all", *CHANNEL_BIT)
"""Where a question is asked; `all` where it names no channel."""

Cases = dy.DataFrame[NextClickCase] | dy.DataFrame[NextItemCase]
Choices = dict[tuple[str, str], tuple[ClickModel, ...]]


def judge_clicks(snapshot: Snapshot, trial: Trial) -> dy.DataFrame[Score]:
    """Compare, on each channel, each model standing alone above what is popular with what is popular.

    The task is called after question and channel, `next_click_web`. A channel without cases has no rows.
    """
    contenders: dict[str, tuple[ClickModel, ...]] = {model: (model,) for model in CLICK_MODELS} | {BASELINE: ()}
    known = {name: Answers(replace(snapshot, ladders=ask_everywhere(models))) for name, models in contenders.items()}
    scores = []
    for question, channel in ((question, channel) for question in QUESTIONS for channel in CHANNELS):
        cases = _choose_cases(question, channel, trial)
        answers = {
            name: answer_cases(cases, ask_clicks(known[name], question, channel, trial))
            for name in _list_contenders(question, channel)
        }
        catalogue = _list_answers(snapshot, question)
        comparison = trial.settings.evaluation.comparison
        scores.append(compare_models(f"{question}_{channel}", answers, cases, catalogue, comparison))
    return Score.cast(pl.concat(scores))


def choose_ladders(scores: pl.DataFrame) -> Ladders:
    """Choose for each question and channel: the best model first, then those below it in the order of fall-back.

    A model that loses to what is popular is left out, however far down it would stand. Best is by the metric that the
    verdicts go by; the rows of a task stand in that order. Where nothing could be judged, nothing is chosen.
    """
    choices: Choices = {}
    for question, channel in ((question, channel) for question in QUESTIONS for channel in CHANNELS):
        rows = scores.filter(pl.col("task") == f"{question}_{channel}", pl.col("model") != BASELINE)
        if rows.is_empty():
            continue
        sound = rows.filter(pl.col("verdict") != "worse")["model"].to_list()
        best = CLICK_MODELS.index(sound[0]) if sound else len(CLICK_MODELS)
        choices[question, channel] = tuple(model for model in CLICK_MODELS[best:] if model in sound)
    return Ladders.from_choices(choices)


def put_together(sources: Mapping[str, Ladders]) -> Ladders:
    """Put ladders together, each question's from a source of its own."""
    choices: Choices = {}
    for question, source in sources.items():
        for channel in CHANNELS:
            if f"{question}/{channel}" in source.describe():
                choices[question, channel] = source.choose_models(question, None if channel == "all" else channel)
    return Ladders.from_choices(choices)


def list_lost(scores: pl.DataFrame) -> list[str]:
    """Name the questions whose models all lose to what is popular, wherever they could be judged."""
    ladders = choose_ladders(scores)
    judged = {task for task in scores["task"].to_list() if task.rpartition("_")[0] in QUESTIONS}
    return [
        question
        for question in QUESTIONS
        if (channels := [channel for channel in CHANNELS if f"{question}_{channel}" in judged])
        and not any(ladders.choose_models(question, None if channel == "all" else channel) for channel in channels)
    ]


def ask_clicks(answers: Answers, question: str, channel: str | None, trial: Trial) -> Ask:
    """Ask what comes next; on `all` without a channel, and without any given on the channel of the case."""

    def name_channel(row: Row) -> str | None:
        return None if channel == "all" else channel or str(row["channel"])

    if question == "next_click":
        return lambda row: answers.next_click(row["pages"], n=trial.n, channel=name_channel(row))
    return lambda row: answers.next_item(row["items"], n=trial.n, now_ms=trial.now_ms, channel=name_channel(row))


def ask_everywhere(models: tuple[ClickModel, ...]) -> Ladders:
    """Ask the same models on every channel; none of them leaves what is popular."""
    return Ladders.from_choices({(question, channel): models for question in QUESTIONS for channel in CHANNELS})


def _choose_cases(question: str, channel: str, trial: Trial) -> Cases:
    cases: Cases = trial.page_cases if question == "next_click" else trial.item_cases
    return cases if channel == "all" else cases.filter(pl.col("channel") == channel)  # type: ignore[return-value]


def _list_contenders(question: str, channel: str) -> list[str]:
    """List who can answer: without a channel a page is known to the graph alone."""
    return ["graph", BASELINE] if (question, channel) == ("next_click", "all") else [*CLICK_MODELS, BASELINE]


def _list_answers(snapshot: Snapshot, question: str) -> list[str]:
    """List what could be answered: every page that was clicked on, every item that anybody took to."""
    lists = snapshot.next_click if question == "next_click" else snapshot.popular
    names: list[str] = lists.targets.tolist() if lists is not None else []
    return names
