"""The offline gate: every model is judged on later sessions by the code that will answer, against popularity."""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import dataframely as dy
import polars as pl

from echannel.click_gate import (
    BASELINE,
    ClickCases,
    Row,
    answer_cases,
    ask_clicks,
    choose_ladders,
    judge_clicks,
    list_lost,
)
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
    ask_next_item,
    choose_split,
    compare_models,
    split_orders,
    split_sessions,
)
from recommend import bought_baskets
from serving import Answer, Answers, Snapshot

Ask = Callable[[Row], Answer]


class Judges(NamedTuple):
    """Who answers a task's questions: the model, and popularity."""

    cases: dy.DataFrame[Case]
    model: Ask
    popular: Ask


def judge_models(tables: Tables, settings: Settings) -> dy.DataFrame[Score]:
    """Train on the earlier sessions, ask about the later ones, and compare each model with popularity.

    Lists are cut at `evaluation.comparison.k`; items bought before are left out of "for you", as when serving, and of
    "for_you_new" also those looked at before; the page that a visitor is on is no next click. What comes next is
    judged channel by channel, model by model, and then as it will be answered. Raises `Stop` where all sessions begin
    at once.
    """
    train, test = _split(tables, settings)
    snapshot = build_snapshot(train, settings)
    now_ms = int(train.ends_at.timestamp() * 1000)
    cases = settings.evaluation.cases
    clicks = ClickCases(ask_next_click(test.sessioned, cases), ask_next_item(test.sessioned, cases), now_ms)
    by_channel = judge_clicks(snapshot, clicks, settings)
    known = Answers(replace(snapshot, ladders=choose_ladders(by_channel)))
    plain = Answers(Snapshot(popular=snapshot.popular, catalogue=snapshot.catalogue, owned=snapshot.owned))
    scores = [
        _score(task, judges, snapshot, settings)
        for task, judges in _set_tasks(train, test, settings, known, plain, clicks).items()
    ]
    return Score.cast(pl.concat([*scores, by_channel]))


def choose_withheld(scores: dy.DataFrame[Score]) -> list[str]:
    """Name the models that lose to popularity, and so must not be published.

    The next click's are named where every one of them loses, on every channel; see `choose_ladders` for the others.
    """
    lost = {*scores.filter(pl.col("verdict") == "worse", pl.col("model") == pl.col("task"))["task"], *list_lost(scores)}
    return [model for model in MODELS if model in lost]


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
    train: Tables, test: Tables, settings: Settings, known: Answers, plain: Answers, clicks: ClickCases
) -> dict[str, Judges]:
    n, now_ms = settings.evaluation.comparison.k, clicks.now_ms
    cases = settings.evaluation.cases

    def view(answers: Answers) -> Ask:
        return lambda row: answers.also_viewed(str(row["item_id"]), n=n, now_ms=now_ms, channel=str(row["channel"]))

    def buy(answers: Answers) -> Ask:
        return lambda row: answers.also_bought(row["items"], n=n, now_ms=now_ms)

    def suit(answers: Answers, new_only: bool) -> Ask:
        return lambda row: answers.for_you([str(row["person_id"])], n=n, now_ms=now_ms, new_only=new_only)

    def click_popular(row: Row) -> Answer:
        return known.next_click((), n=n, channel=str(row["channel"]), exclude=row["pages"][-1:])

    baskets = bought_baskets(test.orders, settings.baskets)
    return {
        "next_click": Judges(clicks.pages, ask_clicks(known, "next_click", None, now_ms, settings), click_popular),
        "next_item": Judges(
            clicks.items,
            ask_clicks(known, "next_item", None, now_ms, settings),
            ask_clicks(plain, "next_item", None, now_ms, settings),
        ),
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
    answers = {task: answer_cases(judges.cases, judges.model), BASELINE: answer_cases(judges.cases, judges.popular)}
    ids = (
        snapshot.popular.targets if task != "next_click" or snapshot.next_click is None else snapshot.next_click.targets
    )
    return compare_models(task, answers, judges.cases, ids.tolist(), settings.evaluation.comparison)
