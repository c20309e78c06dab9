"""The search: better settings of "for you", found on days before those that the gate judges by."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import msgspec

from echannel.training.bench import Bench
from echannel.training.decisions import Search
from echannel.training.makers import GROUND_MAKERS
from echannel.training.recipes import write_recipe
from echannel.training.tables import Tables, split_tables
from echannel.training.tasks import TASKS
from echannel.training.taste import learn_taste
from echannel.training.trial import Trial, answer_cases
from echannel.tree import Settings
from evaluation import measure_metric
from recommend import TasteName, vary_confidence, vary_ease, vary_factors, vary_rounds, vary_walk
from serving import Answers, Snapshot

Vary = Callable[[Settings], Iterator[Settings]]
"""Varies one thing about the best settings so far."""


class Stage(NamedTuple):
    """One stage of the search."""

    vary: Vary
    worth: float = 0.0
    """By which share a candidate must do better to be taken."""


def _vary(how: Callable[..., Iterable[Any]]) -> Vary:
    return lambda settings: (msgspec.structs.replace(settings, for_you=suits) for suits in how(settings.for_you))


def _vary_half_life(settings: Settings) -> Iterator[Settings]:
    for days in settings.for_you.search.half_lives_days:
        interactions = msgspec.structs.replace(settings.interactions, half_life_days=days)
        yield msgspec.structs.replace(settings, interactions=interactions)


STAGES: Mapping[TasteName, tuple[Stage, ...]] = {
    "als": (
        Stage(_vary(vary_confidence)),
        Stage(_vary(vary_factors)),
        Stage(_vary(vary_rounds), worth=0.01),
        Stage(_vary_half_life),
    ),
    "ease": (Stage(_vary(vary_ease)),),
    "rp3beta": (Stage(_vary(vary_walk)),),
}
"""What is tried of each model, one stage after the other, each from the best so far."""


class Explorer:
    """Tries settings on the validation days, and remembers what each came to."""

    def __init__(self, tables: Tables, settings: Settings) -> None:
        cases = msgspec.structs.replace(settings.evaluation.cases, most_cases=settings.for_you.search.most_cases)
        judged = msgspec.structs.replace(settings, evaluation=msgspec.structs.replace(settings.evaluation, cases=cases))
        past, _ = split_tables(tables, settings.evaluation.test_share)
        self._trial = Trial(*split_tables(past, settings.evaluation.test_share), judged)
        self._cases = TASKS["for_you"].list_cases(self._trial)
        self._bench = Bench(self._trial.train, settings)
        ground: dict[str, Any] = {name: make(self._bench) for name, make in GROUND_MAKERS.items()}
        self._ground = Snapshot(**ground)
        self.trials: list[dict[str, Any]] = []

    def climb(self, model: TasteName, settings: Settings) -> Settings:
        """Go through a model's stages from the settings as they are; of equals the first tried stays."""
        best, value = settings, self._try(model, settings)
        for stage in STAGES[model]:
            for candidate in stage.vary(best):
                reached = self._try(model, candidate) if candidate != best else value
                best, value = (candidate, reached) if reached > value * (1 + stage.worth) else (best, value)
        return best

    def _try(self, model: TasteName, settings: Settings) -> float:
        """Train one model and judge it by the people of the validation days."""
        bench = self._bench.take_settings(settings)
        snapshot = replace(self._ground, histories=bench.histories, **learn_taste(bench, model))
        lists = answer_cases(self._cases, TASKS["for_you"].ask(Answers(snapshot), self._trial))
        comparison = settings.evaluation.comparison
        value = measure_metric(lists, self._cases["relevant"].to_list(), comparison) if lists else 0.0
        tried = msgspec.to_builtins(getattr(settings.for_you, model))
        half_life = {"half_life_days": settings.interactions.half_life_days}
        self.trials.append({"model": model, **tried, **half_life, comparison.metric: value})
        return value


def search_settings(tables: Tables, settings: Settings) -> Search:
    """Search the settings of the models of taste, and the half-life that they share.

    The sessions that the gate judges by are put aside first; of those before, the models learn from the earlier and are
    judged by the later. Nothing depends on the clock: the number of trials bounds the time, and the same tables find
    the same settings. Raises `Stop` where there are too few sessions to split twice.
    """
    explorer, best = Explorer(tables, settings), settings
    for model in settings.for_you.models:
        best = explorer.climb(model, best)
    return Search(write_recipe("for_you", settings), write_recipe("for_you", best), explorer.trials)
