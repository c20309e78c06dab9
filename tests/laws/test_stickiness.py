"""What holds for every retention and every shrunk share."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommend import Life, Retention, shrink_shares, trace_retention

LIVES = st.lists(st.tuples(st.sampled_from("AB"), st.integers(1, 9), st.booleans()), min_size=1, max_size=30)


def make_lives(rows: list[tuple[str, int, bool]]) -> pl.DataFrame:
    told = [(f"p{number}", item, 1, 99, days, gone) for number, (item, days, gone) in enumerate(rows)]
    return Life.validate(pl.DataFrame(told, schema=Life.column_names(), orient="row"))


@given(LIVES)
@settings(max_examples=40)
def test_retention_is_what_kaplan_and_meier_count_person_by_person(rows: list[tuple[str, int, bool]]) -> None:
    traced = Retention.validate(trace_retention(make_lives(rows)))
    for item in "AB":
        mine = [(days, gone) for name, days, gone in rows if name == item]
        share, spread, told = 1.0, 0.0, []
        for day in sorted({days for days, gone in mine if gone}):
            risk = sum(days >= day for days, _ in mine)
            left = sum(days == day and gone for days, gone in mine)
            share *= 1 - left / risk
            spread += left / (risk * (risk - left)) if risk > left else np.inf
            told.append((day, risk, left, share))
        rows_of = traced.filter(pl.col("item_id") == item)
        assert rows_of.select("day", "at_risk", "left").rows() == [row[:3] for row in told]
        assert rows_of["retained"].to_list() == pytest.approx([row[3] for row in told])
    assert (traced["low"] <= traced["retained"] + 1e-12).all()
    assert (traced["retained"] <= traced["high"] + 1e-12).all()


@given(LIVES, st.randoms())
@settings(max_examples=20)
def test_the_order_of_people_does_not_matter(rows: list[tuple[str, int, bool]], random: object) -> None:
    shuffled = make_lives(rows).sample(fraction=1, shuffle=True, seed=random.randrange(99))  # type: ignore[attr-defined]
    assert trace_retention(make_lives(rows)).equals(trace_retention(shuffled))


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=12))
@settings(max_examples=40)
def test_a_shrunk_share_lies_between_its_own_and_that_of_all_and_within_its_interval(
    counts: list[tuple[int, int]],
) -> None:
    hits, trials = np.array([min(c) for c in counts]), np.array([max(c) for c in counts])
    share, low, high = shrink_shares(hits, trials)
    common = (hits.sum() + 0.5) / (trials.sum() + 1)
    own = np.where(trials > 0, hits / np.maximum(trials, 1), common)
    assert (share >= np.minimum(own, common) - 1e-9).all()
    assert (share <= np.maximum(own, common) + 1e-9).all()
    assert ((low >= 0) & (low <= high) & (high <= 1)).all()


def test_of_shares_that_were_drawn_the_intervals_hold_as_many_as_they_say() -> None:
    random = np.random.default_rng(7)
    truth = random.beta(3, 12, 400)
    trials = random.integers(1, 60, 400)
    _, low, high = shrink_shares(random.binomial(trials, truth), trials)
    assert 0.92 < ((low <= truth) & (truth <= high)).mean() < 0.98


def test_a_few_who_never_did_are_no_proof_that_nobody_does() -> None:
    share, low, high = shrink_shares([0] * 17, [1] * 17)
    assert (low < share).all()
    assert (high > 2 * share).all()
    assert (high > 0.05).all()
