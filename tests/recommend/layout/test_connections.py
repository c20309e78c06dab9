import numpy as np

from recommend.layout.connections import find_groups


def test_two_slots_without_an_item_in_common_are_two_groups_the_one_with_more_clicks_first() -> None:
    groups = find_groups(np.diag([100.0, 100.0]), np.diag([10.0, 20.0]))
    assert (groups.slots.tolist(), groups.items.tolist()) == ([1, 0], [1, 0])


def test_an_item_clicked_on_in_both_slots_ties_them() -> None:
    shown = np.array([[9.0, 9.0, 0.0], [0.0, 9.0, 9.0]])
    clicked = np.array([[1.0, 1.0, 0.0], [0.0, 1.0, 1.0]])
    assert find_groups(shown, clicked).slots.tolist() == [0, 0]


def test_an_item_without_a_click_in_one_of_the_two_does_not() -> None:
    shown = np.array([[9.0, 9.0, 0.0], [0.0, 9.0, 9.0]])
    clicked = np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    assert sorted(find_groups(shown, clicked).slots.tolist()) == [0, 1]


def test_two_such_items_the_one_the_other_way_round_tie_them_again() -> None:
    shown, clicked = np.full((2, 2), 9.0), np.diag([1.0, 1.0])
    assert find_groups(shown, clicked).slots.tolist() == [0, 0]


def test_what_was_never_clicked_on_joins_its_partners_or_stands_alone() -> None:
    shown = np.array([[9.0, 0.0, 9.0, 0.0], [0.0, 9.0, 9.0, 0.0], [0.0, 9.0, 0.0, 9.0]])
    clicked = np.zeros((3, 4))
    clicked[0, 0] = clicked[1, 1] = 1
    groups = find_groups(shown, clicked)
    assert groups.slots.tolist() == [0, 1, 1]
    assert groups.items.tolist() == [0, 1, -1, -1]


def test_no_click_at_all_leaves_everything_alone() -> None:
    groups = find_groups(np.ones((2, 3)), np.zeros((2, 3)))
    assert (groups.slots.tolist(), groups.items.tolist()) == ([-1, -1], [-1, -1, -1])
    assert find_groups(np.zeros((0, 0)), np.zeros((0, 0))).slots.tolist() == []
