"""The offline gate: models are judged on later sessions by the code that will answer, and the worse stay away.

Each is compared with popularity and, where it would be made in another way than the one in place, with that one:
both learn from the same earlier sessions, so that neither has seen what it is judged by.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import dataframely as dy
import polars as pl

from echannel.training.bench import Bench
from echannel.training.building import CLICK_PARTS, Choice, build_snapshot, learn_parts
from echannel.training.click_gate import BASELINE, ask_everywhere, choose_ladders, judge_clicks, list_lost, put_together
from echannel.training.contest import Contest, hold_contest
from echannel.training.decisions import Decision, StickinessEffect, lose, read_difference
from echannel.training.in_place import InPlace
from echannel.training.notices import tell_notices
from echannel.training.recipes import QUESTIONS
from echannel.training.stickiness_gate import judge_stickiness
from echannel.training.tables import Tables
from echannel.training.tasks import TASKS
from echannel.training.taste import learn_taste
from echannel.training.trial import Trial, open_trial
from echannel.tree import Settings
from evaluation import Score
from recommend import TasteName
from serving import Answers, Ladders, Snapshot

IN_PLACE = "in_place"
"""The name under which the models in place are compared."""
TASTE_TASKS = ("for_you", "for_you_new")


class Judgement(NamedTuple):
    """What the gate found and chose."""

    scores: dy.DataFrame[Score]
    decisions: list[Decision]
    choice: Choice
    notices: list[str]
    """What a person should know of the days and people that it went by."""
    stickiness: list[StickinessEffect]
    """What stickiness does to the lists; empty where it counts for nothing."""


class Contenders(NamedTuple):
    """Snapshots that learnt from the earlier sessions."""

    known: Snapshot
    """With today's settings, and no model of taste."""
    tastes: Mapping[TasteName, Snapshot]
    """The same, with each model of taste."""
    in_place: Mapping[str, Snapshot]
    """Question → with the settings in place, where they would make another model."""


def judge_models(tables: Tables, settings: Settings, in_place: InPlace | None = None) -> Judgement:
    """Train on the earlier sessions, ask about the later ones, compare the models, and choose who answers.

    Lists are cut at `evaluation.comparison.k`; items bought before are left out of "for you", as when serving, and of
    "for_you_new" also those looked at before; the page that a visitor is on is no next click. What comes next is
    judged channel by channel, model by model, and then as it will be answered; so is "for you", whose best model
    answers. A model that loses, to popularity or to the one in place, is not published. Where stickiness counts, what
    was chosen is asked once more, with it and without. Raises `Stop` where all sessions begin at once.
    """
    before = in_place or InPlace()
    trial = open_trial(tables, settings)
    snapshot = build_snapshot(trial.train, settings, Choice(withheld=("for_you",)))
    by_channel = judge_clicks(snapshot, trial)
    ladders = choose_ladders(by_channel)
    contenders = _gather(replace(snapshot, ladders=ladders), trial, before)
    contests = {task: _hold(task, contenders, trial) for task in TASKS}
    taste = _choose_taste(contests["for_you"], settings, contenders)
    for task in TASTE_TASKS if contenders.tastes else ():
        contests[task] = contests[task].call(taste, task)
    scores = Score.cast(pl.concat([*(contest.compare(BASELINE) for contest in contests.values()), by_channel]))
    decisions = [decide(question, scores, _compare_in_place(contests[question]), taste) for question in QUESTIONS]
    choice = _choose(decisions, ladders, taste, before)
    sticky = judge_stickiness(_list_answerers(decisions, contenders, taste), trial)
    return Judgement(scores, decisions, choice, tell_notices(trial, snapshot.histories, decisions), sticky)


def decide(
    question: str, scores: dy.DataFrame[Score], beside: dy.DataFrame[Score] | None = None, taste: TasteName = "als"
) -> Decision:
    """Decide who answers a question: today's settings, those in place, or neither.

    `beside` holds the same scores against the model in place, where there is another. A model stays away where it loses
    for sure; the next click's where every one of them loses, on every channel.
    """
    new, old = read_difference(scores, question, question), read_difference(scores, question, IN_PLACE)
    against = None if beside is None else read_difference(beside, question, question)
    lost = question in list_lost(scores) or (lose(new) and question not in CLICK_PARTS)
    chosen = "new" if not lost and not lose(against) else "in place" if beside is not None and not lose(old) else None
    model = taste if question == "for_you" else question
    return Decision(question, model if chosen else None, chosen, new, against)


def _gather(known: Snapshot, trial: Trial, before: InPlace) -> Contenders:
    """Train the models of taste, and those in place that today's settings would not make."""
    bench = Bench(trial.train, trial.settings)
    learnt = {model: learn_taste(bench, model) for model in trial.settings.for_you.models}
    old = {}
    for question in filter(lambda question: before.differs(question, trial.settings), QUESTIONS):
        parts = learn_parts(question, Bench(trial.train, before.recipes[question]), before.taste)
        old[question] = replace(known, **parts, ladders=before.ladders or known.ladders)
    return Contenders(known, {model: replace(known, **parts) for model, parts in learnt.items() if parts}, old)


def _hold(task: str, contenders: Contenders, trial: Trial) -> Contest:
    """Let everybody answer one task who can."""
    known = contenders.known
    question = "for_you" if task in TASTE_TASKS else task
    snapshots: dict[str, Snapshot] = {task: known}
    if task in TASTE_TASKS and contenders.tastes:
        snapshots = {str(model): snapshot for model, snapshot in contenders.tastes.items()}
    if question in contenders.in_place:
        snapshots[IN_PLACE] = contenders.in_place[question]
    snapshots[BASELINE] = _leave_popular(known)
    ids = known.popular.targets if task != "next_click" or known.next_click is None else known.next_click.targets
    return hold_contest(task, {name: Answers(says) for name, says in snapshots.items()}, ids.tolist(), trial)


def _choose_taste(contest: Contest, settings: Settings, contenders: Contenders) -> TasteName:
    """Choose the best model of taste that does not lose to popularity; else the best that loses."""
    scores = contest.compare(BASELINE).filter(pl.col("model").is_in(list(contenders.tastes)))
    sound = scores.filter(pl.col("verdict") != "worse")
    names: list[TasteName] = [*sound["model"], *scores["model"], *contenders.tastes, *settings.for_you.models]
    return names[0]


def _compare_in_place(contest: Contest) -> dy.DataFrame[Score] | None:
    return contest.compare(IN_PLACE) if IN_PLACE in contest.answers else None


def _choose(decisions: list[Decision], ladders: Ladders, taste: TasteName, before: InPlace) -> Choice:
    """Choose what the snapshot is to hold."""
    by_settings = {decision.question: decision.settings for decision in decisions}
    kept = [question for question, settings in by_settings.items() if settings == "in place"]
    sources = {"new": ladders, "in place": before.ladders or ladders, None: ask_everywhere(())}
    return Choice(
        withheld=[question for question, settings in by_settings.items() if settings is None],
        ladders=put_together({question: sources[by_settings[question]] for question in CLICK_PARTS}),
        taste=before.taste if "for_you" in kept and before.taste else taste,
        kept={question: before.recipes[question] for question in kept},
    )


def _list_answerers(decisions: list[Decision], contenders: Contenders, taste: TasteName) -> dict[str, Snapshot]:
    """List for each task about items the snapshot that was chosen to answer it."""
    known, popular = contenders.known, _leave_popular(contenders.known)
    new = {"for_you": contenders.tastes.get(taste, known)}
    answerers = {}
    for question, settings in ((decision.question, decision.settings) for decision in decisions):
        sources = {"new": new.get(question, known), "in place": contenders.in_place.get(question, known), None: popular}
        answerers[question] = sources[settings]
    return {task: answerers["for_you" if task in TASTE_TASKS else task] for task in TASKS if task != "next_click"}


def _leave_popular(snapshot: Snapshot) -> Snapshot:
    """Leave a snapshot what is popular alone; which pages are is told by the graph, though it answers nothing."""
    return Snapshot(
        popular=snapshot.popular,
        catalogue=snapshot.catalogue,
        requires=snapshot.requires,
        excludes=snapshot.excludes,
        owned=snapshot.owned,
        histories=snapshot.histories,
        stickiness=snapshot.stickiness,
        next_click=snapshot.next_click,
        ladders=ask_everywhere(()),
    )
