import numpy as np
import pytest

from simulator import Simulation, SlotEffect, Stories, simulate
from simulator.chains import PAGE
from simulator.columns import NONE
from simulator.shelf import DRAWN_SHARE, PLACES


@pytest.fixture(scope="module")
def shown() -> Simulation:
    return simulate(60_000, seed=2, stories=Stories(slot_effect=SlotEffect()))


def test_each_page_shows_six_products_of_the_pool(shown: Simulation) -> None:
    assert all(len(set(layout)) == PLACES for layout in shown.shelf.layout.tolist())
    assert set(shown.shelf.layout.ravel().tolist()) <= set(shown.shelf.pool.tolist())


def test_what_is_tapped_is_what_the_visitor_looks_at_next(shown: Simulation) -> None:
    shelf, tapped = shown.shelf, np.flatnonzero(shown.shelf.taken != NONE)
    items = shelf.layout[tapped, shelf.taken[tapped]]
    assert (shown.clicks.item[shelf.row[tapped] + 1] == items).all()
    assert (shown.clicks.page[shelf.row[tapped] + 1] == PAGE["product"]).all()
    assert (shown.clicks.visit[shelf.row[tapped] + 1] == shown.clicks.visit[shelf.row[tapped]]).all()


def test_layouts_come_as_often_as_their_chances_say(shown: Simulation) -> None:
    shelf = shown.shelf
    usual = (shelf.layout == shelf.pool[:PLACES]).all(axis=1)
    assert usual.mean() == pytest.approx(1 - DRAWN_SHARE, abs=0.02)
    assert shelf.chance.sum(axis=0) == pytest.approx(np.ones(PLACES))
    for place in range(PLACES):
        shares = [(shelf.layout[:, place] == item).mean() for item in shelf.pool]
        assert shares == pytest.approx(shelf.chance[:, place], abs=0.02)


def test_clicks_come_by_place_and_product(shown: Simulation) -> None:
    """Expected: a click a showing = examination × attraction; within four standard errors in each cell."""
    shelf = shown.shelf
    looks = np.array(shown.operator.stories.examination)
    for place in range(PLACES):
        for number, item in enumerate(shelf.pool.tolist()):
            there = shelf.layout[:, place] == item
            expected = there.sum() * looks[place] * shelf.attraction[number]
            clicks = (there & (shelf.taken == place)).sum()
            assert abs(clicks - expected) <= 4 * np.sqrt(expected) + 1


def test_a_few_visits_and_the_shelf_may_stay_empty() -> None:
    assert len(simulate(30, seed=1, days=2).shelf.taken) >= 0
