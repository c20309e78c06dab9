from itertools import combinations
from math import prod

import numpy as np
import pytest

from recommend.related.draws import Draw, fit_draw


def fill(weights: list[float], places: int) -> float:
    """Sum up the ways to fill places one by one."""
    return sum(prod(some) for some in combinations(weights, places))


@pytest.mark.parametrize("scale", [0.04, 0.3, 3.0], ids=["all light", "some heavy", "all heavy"])
def test_ways_to_fill_places_are_those_of_counting_one_by_one(scale: float) -> None:
    weight, kind = np.array([4.0, 1.0, 0.5, 0.1]), np.array([0, 1, 1, 2, 3, 3, 3])
    draw = Draw(weight, np.array([1, 2, 1, 3]), np.array([1, 1, 1.5, 2, 2.5, 3]) * scale, kind)
    sets = np.array([[0, 1], [3, 4], [1, 6]])
    ways = draw.leave_out(kind[sets])
    for column, left_out in zip(ways.T, sets, strict=True):
        rest = weight[np.delete(kind, left_out)].tolist()
        counted = [fill(rest, places) * prod(draw.scale[1 : places + 1]) for places in range(6)]
        np.testing.assert_allclose(column / column[0], counted, rtol=1e-9)


def test_each_item_has_its_number_of_baskets_among_all_that_could_be_drawn() -> None:
    """Nine items, in nearly all baskets or in few; every basket of two, of three and of six items is listed."""
    of_item, sizes = np.array([95, 60, 30, 20, 10, 10, 5, 5, 5]), np.array([2] * 80 + [3] * 16 + [6] * 4)
    of_item[0] += sizes.sum() - of_item.sum()
    draw = fit_draw(of_item, sizes)
    weight, drawn = draw.weight[draw.kind], np.zeros(9)
    for size, baskets in ((2, 80), (3, 16), (6, 4)):
        chances = {held: prod(weight[list(held)]) for held in combinations(range(9), size)}
        for held, chance in chances.items():
            drawn[list(held)] += baskets * chance / sum(chances.values())
    np.testing.assert_allclose(drawn, of_item, rtol=2e-4)


def test_items_that_are_in_every_basket_and_baskets_of_all_items_give_numbers() -> None:
    everything = fit_draw(np.full(250, 5), np.full(5, 250))
    assert np.isfinite(everything.leave_out(np.array([[0, 0]]))).all()
    staples = fit_draw(np.array([1000] * 100 + [10] * 5000), np.full(1000, 150))
    without = staples.leave_out(staples.kind[[[0], [200]]])
    held = staples.seat(without, staples.weight[staples.kind[[0, 200]]])[150]
    np.testing.assert_allclose(held / (held + without[150]), [1, 0.01], rtol=1e-4)


def test_no_baskets_give_no_weights() -> None:
    none = np.empty(0, np.int64)
    assert fit_draw(none, none).leave_out(np.empty((0, 3), np.int64)).shape == (1, 0)
    assert fit_draw(np.array([0, 2, 2]), np.array([2, 2])).weight[0] == 0
