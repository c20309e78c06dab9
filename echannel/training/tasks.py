"""Tasks: the questions that models are judged by; a new model is one task here and one line in `makers`."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import dataframely as dy
import polars as pl

from echannel.training.click_gate import ask_clicks
from echannel.training.trial import Ask, Trial
from evaluation import ask_also_bought, ask_also_viewed, ask_bought_after_viewing, ask_for_you, ask_trending
from ingest import Sessioned
from recommend import list_bought_after_viewing, list_purchases, rank_risen
from serving import CHANNEL_BIT, Answers


class Task(NamedTuple):
    """One question: its cases, and how a snapshot's answers are asked them."""

    list_cases: Callable[[Trial], dy.DataFrame[Any]]
    ask: Callable[[Answers, Trial], Ask]


def _list_viewed(trial: Trial) -> dy.DataFrame[Any]:
    return ask_also_viewed(trial.test.sessioned, trial.settings.evaluation.cases)


def _ask_viewed(answers: Answers, trial: Trial) -> Ask:
    return lambda row: answers.also_viewed(
        str(row["item_id"]), n=trial.n, now_ms=trial.now_ms, channel=str(row["channel"])
    )


def _list_bought(trial: Trial) -> dy.DataFrame[Any]:
    sightings = list_purchases(trial.test.orders, trial.settings.baskets)
    return ask_also_bought(sightings.collect(), trial.settings.evaluation.cases)


def _ask_bought(answers: Answers, trial: Trial) -> Ask:
    return lambda row: answers.also_bought(row["items"], n=trial.n, now_ms=trial.now_ms, channel=str(row["channel"]))


def _list_bought_after(trial: Trial) -> dy.DataFrame[Any]:
    settings, test = trial.settings, trial.test
    hours = settings.relations.order_hours
    sightings = list_bought_after_viewing(test.sessioned, test.orders, settings.baskets, hours)
    return ask_bought_after_viewing(sightings.collect(), settings.evaluation.cases)


def _ask_bought_after(answers: Answers, trial: Trial) -> Ask:
    return lambda row: answers.bought_after_viewing(
        str(row["item_id"]), n=trial.n, now_ms=trial.now_ms, channel=str(row["channel"])
    )


def _list_risen(trial: Trial) -> dy.DataFrame[Any]:
    """Ask for what rose after the days that were learnt from: the next daily builds would have listed it."""
    since, until = trial.train.ends_at, trial.test.ends_at
    both = Sessioned.cast(pl.concat([trial.train.sessioned, trial.test.sessioned]))
    lists = rank_risen(both, trial.test.products, trial.settings.trending, since, until)
    rows = [
        (channel, item)
        for channel in ("all", *CHANNEL_BIT)
        for item in lists.targets[lists.rank_targets(channel).target].tolist()
    ]
    risen = pl.DataFrame(rows, schema={"channel": pl.String, "item_id": pl.String}, orient="row")
    return ask_trending(trial.test.sessioned, risen, trial.settings.evaluation.cases)


def _ask_trending(answers: Answers, trial: Trial) -> Ask:
    return lambda row: answers.trending(n=trial.n, now_ms=trial.now_ms, channel=str(row["channel"]))


def _suit(new_only: bool) -> Task:
    """Ask what suits a person, among all items or among those that are new to them."""

    def list_cases(trial: Trial) -> dy.DataFrame[Any]:
        cases = trial.settings.evaluation.cases
        return ask_for_you(trial.train.sessioned, trial.test.sessioned, cases, new_only=new_only)

    def ask(answers: Answers, trial: Trial) -> Ask:
        return lambda row: answers.for_you([str(row["person_id"])], n=trial.n, now_ms=trial.now_ms, new_only=new_only)

    return Task(list_cases, ask)


TASKS: Mapping[str, Task] = {
    "next_click": Task(
        lambda trial: trial.page_cases, lambda answers, trial: ask_clicks(answers, "next_click", None, trial)
    ),
    "next_item": Task(
        lambda trial: trial.item_cases, lambda answers, trial: ask_clicks(answers, "next_item", None, trial)
    ),
    "also_viewed": Task(_list_viewed, _ask_viewed),
    "also_bought": Task(_list_bought, _ask_bought),
    "bought_after_viewing": Task(_list_bought_after, _ask_bought_after),
    "trending": Task(_list_risen, _ask_trending),
    "for_you": _suit(new_only=False),
    "for_you_new": _suit(new_only=True),
}
"""Every task by its name: the question that a model answers, or one more way to ask it."""
