"""Every maker of lists, once: the laws run over these, and a new maker in the training room inherits them.

A part of a snapshot is made by the very maker that training uses; a question is asked by the code that answers. Only a
new question needs a line here.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import NamedTuple

import dataframely as dy
import numpy as np
import polars as pl

from echannel.training.bench import Bench
from echannel.training.building import CLICK_PARTS, Choice, build_snapshot
from echannel.training.makers import CLICK_MAKERS, GROUND_MAKERS, MODEL_MAKERS
from echannel.training.tables import Tables
from echannel.training.taste import MAKERS
from echannel.tree import Settings
from ingest import Order, Product, Sessioned, merge_orders
from recommend import TASTES, AlsSettings, EaseSettings, ForYouSettings, RelationSettings
from serving import CLICK_MODELS, Answer, Answers, Ladders, Snapshot
from tests.drawing import DAY_ONE, make_events

SETTINGS = Settings(
    relations=RelationSettings(min_together=1, min_channel_baskets=1),
    for_you=ForYouSettings(als=AlsSettings(factors=8, iterations=3, regularization=1.0), ease=EaseSettings(1.0)),
)
"""Settings that let so few rows as these say something."""

MODELS: Mapping[str, Callable[[Bench], object]] = {
    **MODEL_MAKERS,
    **CLICK_MAKERS,
    **MAKERS,
    **{name: GROUND_MAKERS[name] for name in ("popular", "alike", "siblings")},
}
"""Every part that is learnt, by what makes it."""


class Question(NamedTuple):
    """One question, as one model answers it."""

    choice: Choice
    ask: Callable[..., Answer]
    """Takes the answers, an item (a page, for clicks on pages), a person, and what every question may say."""
    of_person: bool = False
    """Whether what it is asked by may be answered: what a person looked at may suit them again."""
    of_nothing: bool = False
    """Whether it is asked about no item and no person: then what is asked by may be answered, too."""
    of_pages: bool = False
    """Whether it answers pages, which are always open, and not items."""


def _choose_click(model: str) -> Choice:
    """Let one model answer what is clicked next, everywhere."""
    channels = ("all", "web", "wap", "app")
    return Choice(
        ladders=Ladders.from_choices(
            {(question, channel): (model,) for question in CLICK_PARTS for channel in channels}
        )
    )


QUESTIONS: Mapping[str, Question] = {
    "also_viewed": Question(Choice(), lambda says, item, person, **asked: says.also_viewed(item, **asked)),
    "also_bought": Question(Choice(), lambda says, item, person, **asked: says.also_bought([item], **asked)),
    "bought_after_viewing": Question(
        Choice(), lambda says, item, person, **asked: says.bought_after_viewing(item, **asked)
    ),
    "popular": Question(
        Choice(withheld=tuple(MODEL_MAKERS)), lambda says, item, person, **asked: says.also_viewed(item, **asked)
    ),
    "trending": Question(Choice(), lambda says, item, person, **asked: says.trending(**asked), True, of_nothing=True),
    **{
        f"for_you_{model}": Question(
            Choice(taste=model),
            lambda says, item, person, **asked: says.for_you([person], recent=[item], **asked),
            True,
        )
        for model in TASTES
    },
    **{
        f"next_item_{model}": Question(
            _choose_click(model), lambda says, item, person, **asked: says.next_item([item], **asked)
        )
        for model in CLICK_MODELS
    },
    **{
        f"next_click_{model}": Question(
            _choose_click(model), lambda says, item, person, **asked: says.next_click([item], **asked), of_pages=True
        )
        for model in CLICK_MODELS
    },
}


def lay_out(events: dy.DataFrame[Sessioned] | pl.DataFrame, products: dy.DataFrame[Product] | None = None) -> Tables:
    """Lay events out as the tables that models are made from; orders are those that the events show."""
    sessioned = Sessioned.cast(events)
    orders = merge_orders(Order.create_empty(), sessioned)
    return Tables(sessioned.lazy(), orders, Product.create_empty() if products is None else products)


LEARNT: dict[tuple[str, str], Snapshot] = {}


def learn(question: Question, tables: Tables, name: str | None = None) -> Snapshot:
    """Build the snapshot from which one model answers one question; under a name once for all that share the choice."""
    if name is None:
        return build_snapshot(tables, SETTINGS, question.choice)
    key = (name, f"{question.choice.taste} {question.choice.withheld} {question.choice.ladders.describe()}")
    if key not in LEARNT:
        LEARNT[key] = build_snapshot(tables, SETTINGS, question.choice)
    return LEARNT[key]


def walk_shop(days: int = 8, people: int = 60, seed: int = 3) -> pl.DataFrame:
    """Let people of six circles look at and buy what is their circle's, and half of them the hit as well."""
    chance = np.random.default_rng(seed)
    rows: list[dict[str, object]] = []
    for day in range(days):
        for person in chance.permutation(people)[: people // 2].tolist():
            circle, start = person % 6, DAY_ONE + timedelta(days=day, minutes=7 * person)
            names = [f"c{circle}-{item}" for item in chance.permutation(5)[:3]]
            names += ["hit"] if chance.random() < 0.5 else []
            steps = [("view_item", name) for name in names] + [("purchase", name) for name in names[:2]]
            rows += [
                {
                    "visitor_id": f"p{person:02}",
                    "occurred_at": start + timedelta(seconds=10 * place),
                    "name": name,
                    "item_id": item,
                    "page": item,
                    "channel": ("web", "wap", "app")[person % 3],
                }
                for place, (name, item) in enumerate(steps)
            ]
    return make_events(rows)


def list_products(items: list[str], **columns: list[object]) -> dy.DataFrame[Product]:
    """List a catalogue; columns that are not given are empty."""
    filled = {name: columns.get(name, [None] * len(items)) for name in Product.column_names() if name != "item_id"}
    return Product.cast(pl.DataFrame({"item_id": items, **filled}, schema=Product.create_empty().schema))


def describe(answer: Answer) -> list[tuple[str, float, str]]:
    return [(item.id, item.score, item.reason) for item in answer.items]


def ask(question: Question, snapshot: Snapshot, item: str, person: str = "p01", **asked: object) -> Answer:
    return question.ask(Answers(snapshot), item, person, **{"n": 5, "now_ms": 0, **asked})
