"""The offline gate: every model is judged on later sessions by the code that will answer, against popularity."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import dataframely as dy
import polars as pl

from echannel.exits import Exit, Stop
from echannel.models import MODELS, Tables, build_snapshot
from echannel.tree import Settings
from evaluation import (
    Case,
    Score,
    SplitError,
    ask_also_bought,
    ask_also_viewed,
    ask_for_you,
    ask_next_click,
    choose_split,
    compare_models,
    split_orders,
    split_sessions,
)
from recommend import bought_baskets
from serving import Answer, Answers, Snapshot

BASELINE = "popular"

Row = dict[str, list[str]]
Ask = Callable[[Row], Answer]


class Judges(NamedTuple):
    """Who answers a task's questions: the model, and popularity."""

    cases: dy.DataFrame[Case]
    model: Ask
    popular: Ask


def judge_models(tables: Tables, settings: Settings) -> dy.DataFrame[Score]:
    """Train on the earlier sessions, ask about the later ones, and compare each model with popularity.

    Lists are cut at `evaluation.comparison.k`; items bought before are left out of "for you", as when serving, and of
    "for_you_new" also those looked at before; the page that a visitor is on is no next click. Raises `Stop` where all
    sessions begin at once.
    """
    train, test = _split(tables, settings)
    snapshot = build_snapshot(train, settings)
    known = Answers(snapshot)
    plain = Answers(Snapshot(popular=snapshot.popular, catalogue=snapshot.catalogue, owned=snapshot.owned))
    now_ms = int(train.ends_at.timestamp() * 1000)
    scores = [
        _score(task, judges, snapshot, settings)
        for task, judges in _set_tasks(train, test, settings, known, plain, now_ms).items()
    ]
    return Score.cast(pl.concat(scores))


def choose_withheld(scores: dy.DataFrame[Score]) -> list[str]:
    """Name the models that lose to popularity, and so must not be published."""
    worse = scores.filter(pl.col("verdict") == "worse")["task"]
    return [model for model in MODELS if model in set(worse)]


def _split(tables: Tables, settings: Settings) -> tuple[Tables, Tables]:
    try:
        moment = choose_split(tables.sessioned, settings.evaluation.test_share)
    except SplitError as fault:
        raise Stop(Exit.NOTHING_TO_DO, "too few sessions to judge models by", "the lake", str(fault)) from None
    sessions = split_sessions(tables.sessioned, moment)
    orders = split_orders(tables.orders, moment)
    return (
        Tables(sessions.train, orders.train, tables.products),
        Tables(sessions.test, orders.test, tables.products),
    )


def _set_tasks(
    train: Tables, test: Tables, settings: Settings, known: Answers, plain: Answers, now_ms: int
) -> dict[str, Judges]:
    n = settings.evaluation.comparison.k
    cases = settings.evaluation.cases

    def view(answers: Answers) -> Ask:
        return lambda row: answers.also_viewed(str(row["item_id"]), n=n, now_ms=now_ms, channel=str(row["channel"]))

    def buy(answers: Answers) -> Ask:
        return lambda row: answers.also_bought(row["items"], n=n, now_ms=now_ms)

    def suit(answers: Answers, new_only: bool) -> Ask:
        return lambda row: answers.for_you([str(row["person_id"])], n=n, now_ms=now_ms, new_only=new_only)

    def click(row: Row) -> Answer:
        return known.next_click(row["pages"], n=n, channel=str(row["channel"]))

    def click_popular(row: Row) -> Answer:
        return known.next_click((), n=n, channel=str(row["channel"]), exclude=row["pages"][-1:])

    baskets = bought_baskets(test.orders, settings.baskets)
    return {
        "next_click": Judges(ask_next_click(test.sessioned, cases), click, click_popular),
        "also_viewed": Judges(ask_also_viewed(test.sessioned, cases), view(known), view(plain)),
        "also_bought": Judges(ask_also_bought(baskets, cases), buy(known), buy(plain)),
        **{
            task: Judges(
                ask_for_you(train.sessioned, test.sessioned, cases, new_only=new_only),
                suit(known, new_only),
                suit(plain, new_only),
            )
            for task, new_only in (("for_you", False), ("for_you_new", True))
        },
    }


def _score(task: str, judges: Judges, snapshot: Snapshot, settings: Settings) -> dy.DataFrame[Score]:
    answers = {task: _answer(judges.cases, judges.model), BASELINE: _answer(judges.cases, judges.popular)}
    ids = (
        snapshot.popular.targets if task != "next_click" or snapshot.next_click is None else snapshot.next_click.targets
    )
    return compare_models(task, answers, judges.cases, ids.tolist(), settings.evaluation.comparison)


def _answer(cases: pl.DataFrame, ask: Ask) -> Sequence[Sequence[str]]:
    return [[item.id for item in ask(row).items] for row in cases.iter_rows(named=True)]
