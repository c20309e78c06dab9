"""The trial: days to learn from and days to be judged by, and how a model is asked about them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import dataframely as dy
import polars as pl

from echannel.training.tables import Tables, split_tables
from echannel.tree import Settings
from evaluation import Case, NextClickCase, NextItemCase, ask_next_click, ask_next_item
from serving import Answer

Row = dict[str, list[str]]
Ask = Callable[[Row], Answer]
"""Puts one case to a model."""


@dataclass(frozen=True, eq=False)
class Trial:
    """What models learn from, and what they are judged by."""

    train: Tables
    test: Tables
    settings: Settings

    @property
    def n(self) -> int:
        """Return how long the lists are that are judged."""
        return self.settings.evaluation.comparison.k

    @cached_property
    def now_ms(self) -> int:
        """Return when the questions are asked: at the end of what was learnt from."""
        return int(self.train.ends_at.timestamp() * 1000)

    @cached_property
    def page_cases(self) -> dy.DataFrame[NextClickCase]:
        """Ask which page comes next."""
        return ask_next_click(self.test.sessioned, self.settings.evaluation.cases)

    @cached_property
    def item_cases(self) -> dy.DataFrame[NextItemCase]:
        """Ask which item comes next."""
        return ask_next_item(self.test.sessioned, self.settings.evaluation.cases)


def open_trial(tables: Tables, settings: Settings) -> Trial:
    """Set the latest sessions apart; raises `Stop` where all sessions begin at once."""
    train, test = split_tables(tables, settings.evaluation.test_share)
    return Trial(train, test, settings)


def answer_cases(cases: dy.DataFrame[Case] | pl.DataFrame, ask: Ask) -> Sequence[Sequence[str]]:
    """Ask every case; the ids of each answer. Cases that are told the same are asked once."""
    told = [name for name in cases.columns if name not in ("unit", "relevant")]
    asked = cases.with_row_index("case").group_by(told, maintain_order=True).agg("case")
    answers: list[list[str]] = [[] for _ in range(len(cases))]
    for row in asked.iter_rows(named=True):
        ids = [item.id for item in ask(row).items]
        for case in row["case"]:
            answers[case] = ids
    return answers
