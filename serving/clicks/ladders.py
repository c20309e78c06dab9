"""Ladders: for each question about clicks and each channel, which models answer, the best first."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Self, get_args

import numpy as np

from serving.vocabulary import ABSENT, StrArray, find_code, make_vocabulary

ClickModel = Literal["neighbours", "rules", "graph"]
CLICK_MODELS: tuple[ClickModel, ...] = get_args(ClickModel)
"""What can answer, in the order of fall-back; below them stands what is popular."""


@dataclass(frozen=True, eq=False)
class Ladders:
    """What the offline gate chose; a question and channel without a choice climb down all models.

    A choice without any model leaves what is popular.
    """

    questions: StrArray
    """ "question<TAB>channel": sorted, unique; the channel is `all` where none was asked for."""
    models: StrArray
    """The models that answer it, separated by blanks, the first first."""

    @classmethod
    def empty(cls) -> Self:
        """Make ladders without any choice."""
        return cls.from_choices({})

    @classmethod
    def from_choices(cls, choices: Mapping[tuple[str, str], tuple[ClickModel, ...]]) -> Self:
        """Build from (question, channel) → models."""
        named = {f"{question}\t{channel}": " ".join(models) for (question, channel), models in choices.items()}
        questions = make_vocabulary(named)
        return cls(questions, np.array([named[key] for key in questions.tolist()], np.str_) if named else questions)

    def describe(self) -> dict[str, list[str]]:
        """Tell the choices as a document: "question/channel" → models."""
        named = (question.replace("\t", "/") for question in self.questions.tolist())
        return {name: models.split() for name, models in zip(named, self.models.tolist(), strict=True)}

    def choose_models(self, question: str, channel: str | None) -> tuple[ClickModel, ...]:
        """Name the models that answer a question on a channel."""
        code = find_code(self.questions, f"{question}\t{channel or 'all'}")
        if code == ABSENT:
            return CLICK_MODELS
        chosen = self.models[code].split()
        return tuple(model for model in CLICK_MODELS if model in chosen)
