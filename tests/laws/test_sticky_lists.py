"""What holds for stickiness in every snapshot and every question."""

from dataclasses import replace

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import Order
from recommend import Stickiness, StickinessSettings, measure_stickiness
from serving import Answer, Answers, ItemStickiness, MerchandisingSettings, RankedLists, Snapshot
from tests.drawing import at, draw
from tests.laws.test_answers import NAMES, QUESTIONS, ask_all, snapshots

RATIOS = st.dictionaries(NAMES, st.floats(0.01, 100), max_size=8)


def weigh(snapshot: Snapshot, ratios: dict[str, float], **rules: float) -> Answers:
    told = ItemStickiness.from_rows(list(ratios), list(ratios.values()))
    return Answers(replace(snapshot, stickiness=told, merchandising=MerchandisingSettings(**rules)))


def name_all(answer: Answer) -> set[str]:
    return {item.id for item in answer.items}


@given(snapshots(), RATIOS, st.fixed_dictionaries(QUESTIONS))
@settings(max_examples=30)
def test_a_power_of_nothing_changes_no_answer(snapshot: Snapshot, ratios: dict[str, float], question: dict) -> None:
    plain = replace(snapshot, stickiness=None)
    told = ItemStickiness.from_rows(list(ratios), list(ratios.values()))
    assert ask_all(Answers(replace(plain, stickiness=told)), exclude=[], **question) == ask_all(
        Answers(plain), exclude=[], **question
    )


@given(snapshots(), RATIOS, st.fixed_dictionaries(QUESTIONS), st.floats(0.1, 3))
@settings(max_examples=40)
def test_it_changes_the_order_alone_and_never_what_may_be_shown(
    snapshot: Snapshot, ratios: dict[str, float], question: dict, power: float
) -> None:
    everything = {**question, "n": 50}
    plain = ask_all(weigh(snapshot, ratios), exclude=[], **everything)
    sticky = ask_all(weigh(snapshot, ratios, stickiness_power=power), exclude=[], **everything)
    for kind, answer in sticky.items():
        assert name_all(answer) == name_all(plain[kind])
        assert answer.fallback == plain[kind].fallback
        scores = {item.id: item.score for item in plain[kind].items}
        assert {item.id: item.score for item in answer.items} == scores


@given(st.dictionaries(NAMES, st.integers(0, 40), min_size=1, max_size=8), RATIOS, st.floats(0.1, 3))
@settings(max_examples=40)
def test_products_stand_by_score_times_factor_and_of_equals_by_score(
    counts: dict[str, int], ratios: dict[str, float], power: float
) -> None:
    targets, score = list(counts), [np.float32(count / 40) for count in counts.values()]
    viewed = RankedLists.from_rows(
        ["asked\t"] * len(counts), targets, score=score, together=list(counts.values()), alone=[40] * len(counts)
    )
    shop = weigh(Snapshot(also_viewed=viewed), ratios, stickiness_power=power)
    ranked = sorted(zip(targets, score, strict=True), key=lambda row: (-row[1], row[0]))
    expected = sorted(ranked, key=lambda row: -np.float64(row[1]) * np.float64(ratios.get(row[0], 1.0)) ** power)
    assert [item.id for item in shop.also_viewed("asked\t", n=9, now_ms=0).items] == [name for name, _ in expected]


@given(st.lists(st.tuples(st.sampled_from("abcdefghijkl"), st.sampled_from("XY"), st.integers(1, 9)), min_size=1))
@settings(max_examples=25)
def test_the_order_of_the_log_does_not_matter(rows: list[tuple[str, str, int]]) -> None:
    text = "visitor | time | name | item\n" + "\n".join(
        f"{who} | {day} 08:00 | view_item | {item}" for who, item, day in rows
    )
    seen = draw(text)
    told = [
        measure_stickiness(log, Order.create_empty(), StickinessSettings(), at("10 12:00"))
        for log in (seen, seen.sample(fraction=1, shuffle=True, seed=1))
    ]
    assert told[0].equals(told[1])
    Stickiness.validate(told[0])
    assert np.isfinite(told[0]["ratio"].to_numpy()).all()
    assert (told[0].filter(pl.col("people") < 10)["ratio"] == 1.0).all()
