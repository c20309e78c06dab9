"""The gate: what loses to popularity is not published."""

from datetime import timedelta

import polars as pl
import pytest

from echannel.training.building import build_snapshot
from echannel.training.gate import MODELS, choose_withheld
from echannel.training.tables import read_tables
from echannel.tree import Settings
from ingest import Event
from lake import Lake
from serving import Answers
from tests.drawing import DAY_ONE, make_events
from tests.shell import run

COUPLES = 40


def walk(visitor, day, *steps):
    """Walk through steps of page, event and item, ten seconds apart."""
    start = DAY_ONE + timedelta(days=day, minutes=len(visitor))
    return [
        {
            "visitor_id": visitor,
            "occurred_at": start + timedelta(seconds=10 * place),
            "page": page,
            "name": name,
            "item_id": item,
        }
        for place, (page, name, item) in enumerate(steps)
    ]


@pytest.fixture(scope="module")
def turned_lake(tmp_path_factory):
    """Make a world that turns round: first every couple keeps to its own pair of items, then all want the hit."""
    rows = []
    for couple in range(COUPLES):
        for half in "ab":
            visitor, one, two = f"{couple}{half}", f"left-{couple}", f"right-{couple}"
            pair = [
                (f"p{couple}", "view_item", one),
                (f"q{couple}", "view_item", two),
                (f"q{couple}", "purchase", one),
                (f"q{couple}", "purchase", two),
            ]
            rows += walk(visitor, 0, *pair)
            rows += walk(f"fan-{visitor}", 1, ("p", "view_item", "hit"), ("hit", "view_item", "hit"))
            rows += walk(
                f"late-{visitor}",
                8,
                (f"p{couple}", "view_item", one),
                ("hit", "view_item", "hit"),
                ("hit", "purchase", one),
                ("hit", "purchase", "hit"),
            )
            rows += walk(visitor, 9, ("hit", "view_item", "hit"))
    folder = tmp_path_factory.mktemp("turned") / "lake"
    Lake(folder).replace("events", Event.cast(make_events(rows).select(Event.column_names())))
    return folder


def test_where_every_model_loses_nothing_is_published(turned_lake):
    trained = run("train", "--lake", turned_lake, "--json", code=5, ECHANNEL_EVALUATION__TEST_SHARE="0.5").document
    assert trained["published"] is False
    assert trained["model_version"] is None
    assert trained["withheld"] == list(MODELS)
    assert not (turned_lake / "serving" / "CURRENT").exists()


def test_a_model_that_loses_is_withheld_and_popularity_answers_in_its_place(lake):
    tasks = ["also_viewed", "also_bought", "for_you_new", "for_you"]
    scores = pl.DataFrame({"task": tasks, "model": tasks, "verdict": ["worse", "better", "worse", "not shown"]})
    withheld = choose_withheld(scores)
    assert withheld == ["also_viewed"]
    snapshot = build_snapshot(read_tables(Lake(lake), Settings()), Settings(), withheld)
    answers = Answers(snapshot)
    assert snapshot.also_viewed is None
    assert answers.also_viewed("HS-07", n=3, now_ms=0).fallback in ("category", "popular")
    assert answers.also_bought(["HS-07"], n=1, now_ms=0).fallback is None
