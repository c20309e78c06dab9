"""The contest: everybody who can answer one task's questions answers the same ones."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import dataframely as dy
import msgspec

from echannel.training.tasks import TASKS
from echannel.training.trial import Trial, answer_cases
from evaluation import ComparisonSettings, Score, compare_models
from serving import Answers


class Contest(NamedTuple):
    """One task's cases, and what everybody answered."""

    task: str
    cases: dy.DataFrame[Any]
    answers: Mapping[str, Sequence[Sequence[str]]]
    """Who answered → a list for each case."""
    catalogue: Collection[str]
    settings: ComparisonSettings

    def compare(self, baseline: str) -> dy.DataFrame[Score]:
        """Score everybody, and compare them with one of them."""
        settings = msgspec.structs.replace(self.settings, baseline=baseline)
        return compare_models(self.task, self.answers, self.cases, self.catalogue, settings)

    def call(self, contender: str, name: str) -> "Contest":
        """Let one contender's answers stand under one more name."""
        return self._replace(answers={name: self.answers[contender], **self.answers})


def hold_contest(task: str, contenders: Mapping[str, Answers], catalogue: Collection[str], trial: Trial) -> Contest:
    """Ask everybody every case of a task."""
    cases = TASKS[task].list_cases(trial)
    answers = {name: answer_cases(cases, TASKS[task].ask(says, trial)) for name, says in contenders.items()}
    return Contest(task, cases, answers, catalogue, trial.settings.evaluation.comparison)
