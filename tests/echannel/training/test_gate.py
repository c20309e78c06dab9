"""The gate: what loses to popularity is not published."""

from datetime import timedelta

import polars as pl
import pytest

from echannel.training.building import Choice, build_snapshot
from echannel.training.gate import decide
from echannel.training.recipes import QUESTIONS
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
    """Make a world that turns round: first every couple keeps to its own pair of items, then all want the hit.

    What rose before it turned round was a fad, and what rises afterwards was popular before.
    """
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
            rows += walk(f"old-{visitor}", -6, ("hit", "view_item", "hit"))
            rows += walk(visitor, 0, *pair)
            rows += walk(f"fan-{visitor}", 1, ("p", "view_item", "hit"), ("hit", "view_item", "hit"))
            rows += walk(f"fad-{visitor}", 1, ("fad", "view_item", "fad"))
            rows += walk(
                f"late-{visitor}",
                3,
                (f"p{couple}", "view_item", one),
                ("hit", "view_item", "hit"),
                ("hit", "purchase", one),
                ("hit", "purchase", "hit"),
            )
            rows += walk(visitor, 4, ("hit", "view_item", "hit"))
    folder = tmp_path_factory.mktemp("turned") / "lake"
    Lake(folder).replace("events", Event.cast(make_events(rows).select(Event.column_names())))
    return folder


def test_where_every_model_loses_nothing_is_published(turned_lake, tmp_path):
    settings = tmp_path / "echannel.toml"
    settings.write_text('[evaluation]\ntest_share = 0.3333\n[for_you]\nmodels = ["als"]\n')
    trained = run("train", "--lake", turned_lake, "--json", settings=settings, code=5).document
    assert {decision["model"] for decision in trained["decisions"]} == {None}
    assert trained["published"] is False
    assert trained["model_version"] is None
    assert trained["withheld"] == list(QUESTIONS)
    assert not (turned_lake / "serving" / "CURRENT").exists()


def draw_scores(task, **verdicts):
    """Draw how some models did on a task: the difference is that of the verdict."""
    differences = {"worse": -0.1, "not shown": 0.0, "better": 0.1}
    rows = [
        {"task": task, "model": model, "verdict": verdict, "difference": differences[verdict]}
        for model, verdict in verdicts.items()
    ]
    return pl.DataFrame(rows).with_columns(low=pl.col("difference") - 0.01, high=pl.col("difference") + 0.01)


@pytest.mark.parametrize(
    ("new", "old", "beside", "settings"),
    [
        ("better", None, None, "new"),
        ("not shown", None, None, "new"),
        ("worse", None, None, None),
        ("better", "better", "not shown", "new"),
        ("better", "better", "worse", "in place"),
        ("worse", "better", "worse", "in place"),
        ("worse", "worse", "not shown", None),
        ("not shown", "worse", "worse", None),
    ],
)
def test_a_model_must_not_lose_to_what_is_popular_nor_to_the_one_in_place(new, old, beside, settings):
    scores = draw_scores("also_viewed", also_viewed=new, **({"in_place": old} if old else {}))
    decision = decide("also_viewed", scores, draw_scores("also_viewed", also_viewed=beside) if beside else None)
    assert decision.settings == settings
    assert decision.model == ("also_viewed" if settings else None)


def test_a_question_that_no_case_judged_is_answered():
    assert decide("also_bought", draw_scores("also_viewed", also_viewed="worse")).settings == "new"


def test_a_withheld_model_is_not_made_and_popularity_answers_in_its_place(lake):
    snapshot = build_snapshot(read_tables(Lake(lake), Settings()), Settings(), Choice(withheld=["also_viewed"]))
    answers = Answers(snapshot)
    assert snapshot.also_viewed is None
    assert answers.also_viewed("HS-07", n=3, now_ms=0).fallback in ("attributes", "category", "popular")
    assert answers.also_bought(["HS-07"], n=1, now_ms=0).fallback is None
