"""What is true of every list, whoever made it: each question, answered by each model that training can make."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from echannel.training.contest import hold_contest
from echannel.training.tables import split_tables
from echannel.training.tasks import TASKS
from echannel.training.trial import Trial
from evaluation import measure_metric
from ingest import Sessioned
from serving import CHANNEL_BIT, Answers, Snapshot, load_snapshot, write_snapshot
from tests.laws.list_makers import (
    QUESTIONS,
    SETTINGS,
    Question,
    ask,
    describe,
    lay_out,
    learn,
    list_products,
    walk_shop,
)

ITEMS = sorted({"hit", *(f"c{circle}-{item}" for circle in range(6) for item in range(5))})
GONE, APP_ONLY = "c0-0", "c1-1"
EVENTS = walk_shop()

every_question = pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS.keys())


def shop(name: str) -> Snapshot:
    """Learn from the shop, of whose items one has left the catalogue and one is sold in the app alone."""
    sold = [item for item in ITEMS if item != GONE]
    channels = ["app" if item == APP_ONLY else None for item in sold]
    return learn(QUESTIONS[name], lay_out(EVENTS, list_products(sold, channels=channels)), "shop")


@pytest.mark.parametrize("name", QUESTIONS)
@settings(max_examples=15, deadline=None)
@given(
    item=st.sampled_from([*ITEMS, "unheard of"]),
    person=st.sampled_from(["p00", "p07", "p31", "stranger"]),
    n=st.integers(1, 40),
    channel=st.sampled_from([None, *CHANNEL_BIT]),
    exclude=st.lists(st.sampled_from(ITEMS), max_size=3),
)
def test_every_filter_holds(name: str, item: str, person: str, n: int, channel: str | None, exclude: list[str]) -> None:
    question, snapshot = QUESTIONS[name], shop(name)
    names = [found.id for found in ask(question, snapshot, item, person, n=n, channel=channel, exclude=exclude).items]
    assert len(names) == len(set(names)) <= n
    assert not set(names) & set(exclude)
    assert question.of_person or item not in names, "an item is no answer to itself"
    if question.of_pages:
        return
    assert GONE not in names, "it left the catalogue"
    assert channel in (None, "app") or APP_ONLY not in names
    free = set(ITEMS) - {GONE, item, *exclude} - ({APP_ONLY} if channel in ("web", "wap") else set())
    assert question.of_person or len(names) == min(n, len(free)), "the list is filled from below"


@pytest.mark.parametrize("name", QUESTIONS)
def test_whoever_and_whatever_nobody_knows_gets_what_is_popular(name: str) -> None:
    answer = ask(QUESTIONS[name], shop(name), "unheard of", "stranger")
    assert len(answer.items) == 5
    assert answer.fallback == "popular" or QUESTIONS[name].of_nothing


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_list_longer_than_the_catalogue_holds_each_item_once(name: str) -> None:
    names = [item.id for item in ask(QUESTIONS[name], shop(name), "hit", "stranger", n=500).items]
    own = {"hit"} if not QUESTIONS[name].of_person else set()
    gone = set() if QUESTIONS[name].of_pages else {GONE}
    assert sorted(names) == sorted(set(ITEMS) - own - gone)


@pytest.mark.parametrize("name", QUESTIONS)
def test_two_builds_are_equal_to_the_byte_and_come_back_from_the_disk_as_they_were(name: str, tmp_path: Path) -> None:
    question = QUESTIONS[name]
    shuffled = Sessioned.cast(EVENTS.sample(fraction=1, shuffle=True, seed=5))
    one, other = (learn(question, lay_out(rows), name) for name, rows in (("one", EVENTS), ("other", shuffled)))
    versions = {write_snapshot(tmp_path, snapshot, made_at="now").model_version for snapshot in (one, other)}
    assert len(versions) == 1
    loaded = load_snapshot(tmp_path / versions.pop())
    for item in ("hit", "c3-1", "unheard of"):
        assert describe(ask(question, one, item)) == describe(ask(question, loaded, item))


@every_question
def test_where_nobody_cared_for_anything_nothing_is_answered(question: Question) -> None:
    login = EVENTS.head(1).with_columns(
        name=pl.lit("login"), item_id=pl.lit(None, pl.String), page=pl.lit(None, pl.String)
    )
    assert ask(question, learn(question, lay_out(login), "login"), "hit").items == []


ODD = {
    "one visitor has half of all events": pl.concat(
        [
            EVENTS,
            EVENTS.with_columns(event_id=pl.col("event_id") + "x", visitor_id=pl.lit("p01"), person_id=pl.lit("p01")),
        ]
    ),
    "all people are alike": EVENTS.filter(pl.col("item_id").is_in(["c0-0", "c0-1", "hit"])),
    "there is one item": EVENTS.with_columns(item_id=pl.lit("hit"), page=pl.lit("hit")),
    "there is one person": EVENTS.filter(person_id="p01"),
}


@every_question
@pytest.mark.parametrize("odd", ODD)
def test_odd_shops_are_answered(question: Question, odd: str) -> None:
    events = ODD[odd]
    snapshot = learn(question, lay_out(events), odd)
    answer = ask(question, snapshot, "hit", "p01", n=50)
    known = set(events["item_id"].drop_nulls())
    assert {item.id for item in answer.items} <= known
    assert all(np.isfinite(item.score) for item in answer.items)


TASK_OF = {
    "popular": "also_viewed",
    **{name: name.rpartition("_")[0] for name in QUESTIONS if name[:4] in ("for_", "next")},
}


@pytest.mark.parametrize("name", [name for name, question in QUESTIONS.items() if not question.of_nothing])
def test_every_model_is_better_than_chance_by_half_as_much_again(name: str) -> None:
    """A quality floor: nDCG of the first five on the last days, beside five items drawn by chance."""
    trial = Trial(*split_tables(lay_out(EVENTS), 0.25), SETTINGS)
    task = TASK_OF.get(name, name)
    contest = hold_contest(task, {"model": Answers(learn(QUESTIONS[name], trial.train, "train"))}, ITEMS, trial)
    chance = np.random.default_rng(1)
    drawn = [chance.permutation(ITEMS)[:5].tolist() for _ in range(contest.cases.height)]
    relevant, five = contest.cases["relevant"].to_list(), SETTINGS.evaluation.comparison
    model = measure_metric([answer[:5] for answer in contest.answers["model"]], relevant, five)
    assert contest.cases.height > 20
    assert model > 1.5 * measure_metric(drawn, relevant, five)
    assert task in TASKS
