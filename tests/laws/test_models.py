"""What is true of every model, whatever it was trained from. A new maker of the training room inherits these laws."""

from collections.abc import Callable

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from echannel.training.bench import Bench
from ingest import Sessioned
from recommend import NothingToLearnError
from serving import ItemFactors, PastSessions, RankedLists
from tests.drawing import draw
from tests.laws.list_makers import MODELS, SETTINGS, lay_out

Model = RankedLists | PastSessions | ItemFactors
Trainer = Callable[[Bench], Model]

EVENT = st.tuples(
    st.sampled_from(["ann", "bob", "cat"]),
    st.sampled_from(["plan", "pack", "phone", "套餐"]),
    st.integers(0, 23),
    st.sampled_from(["view_item", "view_item", "purchase"]),
)
EVENTS = st.lists(EVENT, min_size=1, max_size=15)
Events = list[tuple[str, str, int, str]]

lawful = settings(max_examples=8, deadline=None)

every_model = pytest.mark.parametrize("train", MODELS.values(), ids=MODELS.keys())


def log(events: Events) -> pl.DataFrame:
    head = "visitor | item | page | time | name"
    return draw(
        "\n".join([head, *(f"{who} | {item} | {item} | {hour:02}:00 | {name}" for who, item, hour, name in events)])
    )


def learn(train: Trainer, events: pl.DataFrame) -> Model | None:
    try:
        return train(Bench(lay_out(events), SETTINGS))
    except NothingToLearnError:
        return None


def freeze(model: Model | None) -> dict[str, object]:
    return {
        name: value.tobytes() if isinstance(value, np.ndarray) else value
        for name, value in (vars(model) if model else {}).items()
        if name != "gram"
    }


@every_model
@lawful
@given(events=EVENTS, seed=st.integers(0, 99))
def test_the_order_of_the_log_does_not_matter_and_two_runs_are_equal_to_the_bit(
    train: Trainer, events: Events, seed: int
) -> None:
    rows = log(events)
    shuffled = Sessioned.cast(rows.sample(fraction=1, shuffle=True, seed=seed))
    assert freeze(learn(train, rows)) == freeze(learn(train, shuffled))


@every_model
@lawful
@given(events=EVENTS)
def test_no_model_knows_what_nobody_saw_and_its_scores_are_finite(train: Trainer, events: Events) -> None:
    model = learn(train, log(events))
    if model is None:
        return
    known, scored = {
        RankedLists: ("targets", "score"),
        PastSessions: ("keys", "age"),
        ItemFactors: ("items", "factors"),
    }[type(model)]
    names = {name.rpartition("\t")[2] for name in getattr(model, known).tolist()}
    assert names <= {item for _, item, _, _ in events} | {"(entry)", "(exit)"}
    assert np.isfinite(getattr(model, scored)).all()
