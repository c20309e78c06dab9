import doctest

import numpy as np

import recommend.layout.assignment
from recommend.layout.assignment import assign_items

NONE = np.array([], dtype=np.int64)


def test_examples() -> None:
    assert doctest.testmod(recommend.layout.assignment).failed == 0


def test_a_cap_of_0_and_no_other_item_leave_slots_empty() -> None:
    value = np.array([[3.0, 2.0], [1.0, 1.0]])
    assert assign_items(value, np.array([-1, -1]), np.array([0, 0]), np.array([0])).tolist() == [-1, -1]


def test_an_item_worth_nothing_is_better_than_an_empty_slot() -> None:
    assert assign_items(np.zeros((2, 2)), np.array([-1, -1]), np.array([-1, -1]), NONE).tolist() == [0, 1]


def test_more_slots_than_items_and_slots_that_nothing_fits_stay_empty() -> None:
    value = np.array([[3.0, -np.inf], [2.0, -np.inf], [-np.inf, -np.inf]])
    assert assign_items(value, np.array([-1, -1, -1]), np.array([-1, -1]), NONE).tolist() == [0, -1, -1]


def test_five_thousand_items_in_forty_slots_with_caps_are_still_exact() -> None:
    """Values that are examination × worth: the best allowed items, the best one in the best slot."""
    chance = np.random.default_rng(1)
    worth, categories = chance.random(5_000), chance.integers(4, size=5_000)
    taken = assign_items(np.outer(1 / np.arange(1, 41), worth), np.full(40, -1), categories, np.array([10, 5, 20, 3]))
    left, expected = {0: 10, 1: 5, 2: 20, 3: 3}, []
    for item in np.argsort(-worth).tolist():
        if left[int(categories[item])] > 0:
            left[int(categories[item])] -= 1
            expected.append(item)
    assert taken.tolist() == [*expected, -1, -1]
