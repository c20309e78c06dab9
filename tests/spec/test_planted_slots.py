"""The slot effect that was planted is found in the app's log, and none where none was planted."""

from typing import NamedTuple

import numpy as np
import pytest

from ingest import Order
from recommend import (
    PositionModel,
    PositionSettings,
    Showings,
    ShowingSettings,
    collect_showings,
    count_showings,
    doubt_slot_effect,
    fit_positions,
)
from simulator import simulate
from tests.world import read_shelf


class Learnt(NamedTuple):
    truth: dict[str, object]
    showings: Showings
    model: PositionModel


def learn(seed: int, planted: bool) -> Learnt:
    simulation = simulate(24_000, seed, planted=planted)
    truth = simulation.truth["shelf"]
    showings = collect_showings(read_shelf(simulation), Order.create_empty(), ShowingSettings())
    return Learnt(truth, showings, fit_positions(count_showings(showings.table, "category"), PositionSettings()))


@pytest.fixture(scope="module")
def planted() -> Learnt:
    return learn(seed=1, planted=True)


def test_every_showing_and_click_of_the_shelf_is_read_and_a_second_tap_is_no_second_click(planted: Learnt) -> None:
    table = planted.showings.table
    assert (len(table), table["clicked"].sum()) == (6 * planted.truth["shown"], planted.truth["clicked"])
    assert {reason for reason, count in planted.showings.left_out.items() if count} == {"clicked again"}


def test_the_intervals_of_places_and_products_hold_what_was_planted(planted: Learnt) -> None:
    places = planted.model.examination
    assert places["slot"].to_list() == planted.truth["slots"]
    looks = np.array(planted.truth["examination"])
    assert ((places["low"].to_numpy() <= looks) & (looks <= places["high"].to_numpy())).all()
    products = planted.model.attraction
    pulls = np.array([planted.truth["attraction"][item] for item in products["item_id"]])
    assert ((products["low"].to_numpy() <= pulls) & (pulls <= products["high"].to_numpy())).mean() > 0.9


def test_the_places_are_found_to_be_looked_at_unlike(planted: Learnt) -> None:
    assert planted.model.verdict == "identified"
    assert doubt_slot_effect(planted.model) < 1e-9


def test_nothing_is_found_where_all_places_are_looked_at_alike() -> None:
    clean = learn(seed=1, planted=False)
    assert doubt_slot_effect(clean.model) > 0.05
    assert (clean.model.examination["low"] <= 1).all()
    assert (clean.model.examination["high"] >= 1).all()


@pytest.mark.slow
def test_of_clean_worlds_about_one_in_twenty_tells_an_effect() -> None:
    """Twenty worlds; more than four at 5 % come in fewer than one case in three hundred."""
    assert sum(doubt_slot_effect(learn(seed, planted=False).model) < 0.05 for seed in range(1, 21)) <= 4
