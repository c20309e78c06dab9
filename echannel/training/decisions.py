"""Decisions: what the gate decided about each question, and by which figures."""

from typing import Any

import dataframely as dy
import msgspec
import polars as pl

from echannel.training.recipes import Recipe
from evaluation import Score


class Difference(msgspec.Struct, frozen=True):
    """How a model did beside another, in the metric that verdicts go by."""

    difference: float
    low: float
    high: float
    verdict: str
    """better, worse, or not shown: the interval holds 0."""


class Decision(msgspec.Struct, frozen=True):
    """What was decided about one question."""

    question: str
    model: str | None
    """Who answers it; none where what is popular does."""
    settings: str | None
    """`new`: as they are now; `in place`: as they were, since the new ones lose to them; none where nobody answers."""
    against_popular: Difference | None
    """The model with the new settings beside popularity; none where no case could judge it."""
    against_in_place: Difference | None
    """The same beside the one in place; none where there is none, or it is made in the same way."""


class StickinessEffect(msgspec.Struct, frozen=True):
    """What stickiness did to one question's lists, asked the same cases with it and without."""

    question: str
    cases: int
    gained: int
    """Cases whose list holds something that was right only with it."""
    lost: int
    """Cases whose list holds something that was right only without it."""
    hits: Difference
    """With it less without, in the share of lists that hold anything right."""
    metric: str
    ranking: Difference
    """The same in the metric that verdicts go by."""


class Search(msgspec.Struct, frozen=True):
    """What the search of settings found."""

    base: Recipe
    """The settings that it began from: it holds as long as nobody changes them."""
    chosen: Recipe
    trials: list[dict[str, Any]]
    """Each model and settings tried, with the metric's mean on the validation days."""


class Record(msgspec.Struct, frozen=True):
    """What stands in a snapshot's manifest of how it was judged and made."""

    scores: list[dict[str, Any]]
    withheld: list[str]
    next_clicks: dict[str, list[str]]
    decisions: list[Decision] = []
    taste: str | None = None
    """The model of "for you"."""
    recipes: dict[str, Recipe] = {}
    """Question → the settings that its models are made by."""
    search: Search | None = None
    stickiness: list[StickinessEffect] | msgspec.UnsetType = msgspec.UNSET
    """What stickiness does to the lists; left out where it counts for nothing."""
    notices: list[str] = []
    """What a person should know of the days and people that it was judged by."""
    people_changed: bool = False
    """Somebody was erased or renamed since: nothing is gone on from, so that the next build forgets them."""


def read_difference(scores: dy.DataFrame[Score] | pl.DataFrame, task: str, model: str) -> Difference | None:
    """Read how a model did on a task; none without cases."""
    rows = scores.filter(pl.col("task") == task, pl.col("model") == model)
    if rows.is_empty():
        return None
    return msgspec.convert(rows.select(Difference.__struct_fields__).row(0, named=True), Difference)


def lose(difference: Difference | None) -> bool:
    """Tell whether a model loses for sure."""
    return difference is not None and difference.verdict == "worse"
