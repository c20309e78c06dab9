"""Stickiness in the lists: off it changes nothing, on the gate tells what it costs or brings."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import polars as pl
import pytest

from echannel.reports import report_stickiness_effect
from echannel.training.building import Choice, build_snapshot
from echannel.training.decisions import Record
from echannel.training.gate import judge_models
from echannel.training.publishing import train_and_publish
from echannel.training.recipes import QUESTIONS
from echannel.training.stickiness_gate import judge_stickiness
from echannel.training.trial import open_trial
from serving import ItemStickiness, MerchandisingSettings, load_snapshot, read_current, read_manifest
from tests.drawing import DAY_ONE, make_events
from tests.echannel.training.circles import choose_settings, lay_out, open_space, walk_circles

OFF = choose_settings(models=("rp3beta",))
ON = msgspec.structs.replace(OFF, merchandising=MerchandisingSettings(stickiness_power=2.0))


def look_again(days):
    """Let the people of the first two circles come back each day to the first item of theirs."""
    rows = [
        {
            "visitor_id": f"p{person}",
            "occurred_at": DAY_ONE + timedelta(days=day, hours=12, minutes=person),
            "name": "view_item",
            "item_id": f"c{person % 8}-0",
        }
        for day in days
        for person in range(96)
        if person % 8 < 2
    ]
    return make_events(rows)


EVENTS = pl.concat([walk_circles(), look_again(range(10))]).sort("occurred_at", "visitor_id")
TABLES = lay_out(EVENTS)


@pytest.fixture(scope="module")
def judgements():
    return judge_models(TABLES, OFF), judge_models(TABLES, ON)


def test_the_models_are_judged_without_it_and_chosen_alike(judgements):
    off, on = judgements
    assert on.scores.equals(off.scores)
    assert (on.decisions, on.choice.taste, on.choice.withheld) == (off.decisions, off.choice.taste, off.choice.withheld)
    assert off.stickiness == []


def test_the_gate_tells_of_each_question_about_items_what_it_costs_and_brings(judgements):
    effects = {effect.question: effect for effect in judgements[1].stickiness}
    assert {"also_viewed", "next_item", "for_you"} <= set(effects)
    assert "next_click" not in effects
    for effect in effects.values():
        assert effect.hits.difference == pytest.approx((effect.gained - effect.lost) / effect.cases)
        assert effect.hits.low <= effect.hits.difference <= effect.hits.high
        assert effect.ranking.low <= effect.ranking.difference <= effect.ranking.high
        assert effect.metric == "ndcg"
    assert any(effect.gained or effect.lost or effect.ranking.difference for effect in effects.values())


def test_what_puts_the_wrong_products_first_is_told_to_be_worse():
    trial = open_trial(TABLES, ON)
    snapshot = build_snapshot(trial.train, ON, Choice(taste="als"))
    strange = [item for item in snapshot.popular.targets.tolist() if item.startswith(("c6", "c7"))]
    wrong = replace(snapshot, stickiness=ItemStickiness.from_rows(strange, [1e9] * len(strange)))
    (effect,) = judge_stickiness({"for_you": wrong}, trial)
    assert (effect.hits.verdict, effect.ranking.verdict) == ("worse", "worse")
    assert effect.lost > effect.gained
    (none,) = judge_stickiness({"for_you": replace(snapshot, stickiness=None)}, trial)
    assert (none.gained, none.lost, none.ranking.difference, none.ranking.verdict) == (0, 0, 0.0, "not shown")


def test_a_person_reads_it_in_one_table(judgements):
    report = report_stickiness_effect(judgements[1].stickiness)
    assert len(report.rows) == len(judgements[1].stickiness)
    assert "ndcg" in report.note.en
    assert [column.name for column in report.columns][:4] == ["question", "cases", "gained", "lost"]


def test_where_it_counts_it_is_published_and_written_down(tmp_path):
    space = open_space(tmp_path / "lake", EVENTS, ON)
    train_and_publish(space, datetime(2026, 3, 12, tzinfo=UTC))
    folder = space.serving_folder / read_current(space.serving_folder)
    snapshot = load_snapshot(folder)
    record = msgspec.convert(read_manifest(folder).evaluation, Record)
    assert record.stickiness[0].question == "next_item"
    assert "stickiness-effect" in snapshot.reports
    ratio = dict(zip(snapshot.stickiness.items.tolist(), snapshot.stickiness.ratio.tolist(), strict=True))
    assert ratio["c0-0"] > 1 > ratio["c5-0"]


def test_where_it_does_not_count_nothing_is_made_or_written_of_it():
    assert build_snapshot(TABLES, OFF, Choice(withheld=QUESTIONS)).stickiness is None
    assert "stickiness" not in msgspec.to_builtins(Record([], [], {}))
