"""What holds for every retention and every shrunk share."""

from datetime import UTC, datetime, timedelta
from itertools import product

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import Sessioned
from recommend import Life, Retention, StickinessSettings, list_lives, shrink_shares, trace_retention
from serving import wilson_bounds

LIFE = st.tuples(st.sampled_from("AB"), st.integers(0, 9), st.booleans()).filter(
    lambda life: life[1] > 0 or not life[2]
)
LIVES = st.lists(LIFE, min_size=1, max_size=30)


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


def watch_people(days: int, rate: float, people: int = 2000) -> tuple[pl.DataFrame, datetime]:
    """Let people come on a day drawn from the log's, and each day after that, until they leave at a daily rate."""
    random = np.random.default_rng([days, int(rate * 100)])
    first = random.integers(0, days, people)
    until = np.minimum(first + random.geometric(rate, people), days)
    stays = pl.DataFrame({"person_id": [f"p{who}" for who in range(people)], "day": first, "until": until})
    came = stays.with_columns(pl.int_ranges("day", "until").alias("day")).explode("day")
    began = datetime(2026, 1, 1, 12, tzinfo=UTC)
    lines = came.select("person_id", ordered_at=pl.lit(began) + pl.duration(days="day"), item_id=pl.lit("tv"))
    return lines.with_columns(quantity=pl.lit(1)), began + timedelta(days=days - 1)


def test_how_long_the_log_is_does_not_change_how_many_stay() -> None:
    told = []
    for days, rate in product((45, 60, 120, 240), (0.02, 0.05, 0.1)):
        orders, now = watch_people(days, rate)
        lives = list_lives(Sessioned.create_empty(), orders, StickinessSettings(), now)
        retained, low, high = trace_retention(lives).filter(pl.col("day") <= 28).row(-1)[4:]
        told.append((retained - (1 - rate) ** 28, low <= (1 - rate) ** 28 <= high))
    assert abs(np.mean([error for error, _ in told])) < 0.01
    assert sum(held for _, held in told) >= 11


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
    assert ((low >= 0) & (low <= share) & (share <= high) & (high <= 1)).all()


TRIALS = st.one_of(st.integers(0, 50), st.integers(0, 10**6))


@given(st.lists(st.tuples(TRIALS, st.sampled_from((0.0, 0.0, 0.001, 0.3, 0.5, 1.0, 1.0))), max_size=30))
@settings(max_examples=100)
def test_an_interval_holds_its_share_even_where_nobody_did_or_all_did(counts: list[tuple[int, float]]) -> None:
    trials = np.array([trials for trials, _ in counts], np.float64)
    hits = np.floor(trials * [rate for _, rate in counts])
    share, low, high = shrink_shares(hits, trials)
    assert ((low >= 0) & (low <= share) & (share <= high) & (high <= 1)).all()


@given(st.integers(1, 60), st.integers(1, 200))
@settings(max_examples=30)
def test_what_nobody_did_of_any_product_is_as_rare_as_of_all_together(products: int, trials: int) -> None:
    share, low, high = shrink_shares([0] * products, [trials] * products)
    assert (low < share).all()
    assert high == pytest.approx(wilson_bounds(0, products * trials)[1], rel=0.4)
    none, least, most = shrink_shares([trials] * products, [trials] * products)
    assert (1 - none, 1 - most, 1 - least) == tuple(pytest.approx(ends, abs=1e-12) for ends in (share, low, high))


def test_of_rare_shares_the_intervals_hold_as_many_as_they_say_whether_products_differ_or_not() -> None:
    random, held = np.random.default_rng(7), []
    for truth in (np.full(60, 0.0005), np.full(60, 0.002), np.repeat([0.0005, 0.4], [54, 6])):
        for _ in range(50):
            trials = random.integers(1, 100, 60)
            _, low, high = shrink_shares(random.binomial(trials, truth), trials)
            held.append(((low <= truth) & (truth <= high)).mean())
    assert min(np.mean(held[:50]), np.mean(held[50:100]), np.mean(held[100:])) > 0.93


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
