import numpy as np
import pytest

from serving import RankedLists


def test_a_keys_targets_stand_best_first_and_equals_by_name() -> None:
    lists = RankedLists.from_rows(
        ["a", "b", "a", "a"], ["y", "x", "x", "z"], score=[0.5, 1, 0.5, 0.9], together=[1, 2, 3, 4], alone=[9, 8, 9, 9]
    )
    ranking = lists.rank_targets("a")
    assert [str(lists.targets[code]) for code in ranking.target] == ["z", "x", "y"]
    assert ranking.together.tolist() == [4, 3, 1]
    assert ranking.alone == 9


def test_only_the_best_of_each_key_stay() -> None:
    lists = RankedLists.from_rows(
        ["a"] * 3 + ["b"], list("xyzx"), score=[1, 3, 2, 1], together=[1] * 4, alone=[3] * 4, most=2
    )
    assert [str(lists.targets[code]) for code in lists.rank_targets("a").target] == ["y", "z"]
    assert len(lists.rank_targets("b").target) == 1


def test_codes_make_the_same_lists_as_names() -> None:
    named = RankedLists.from_rows(["b", "a"], ["x", "y"], score=[1, 2], together=[3, 4], alone=[5, 6])
    coded = RankedLists.from_codes(["b", "a"], ["y", "x"], [0, 1], [1, 0], score=[1, 2], together=[3, 4], alone=[5, 6])
    for field in ("keys", "targets", "starts", "target", "score", "together", "alone"):
        assert np.array_equal(getattr(named, field), getattr(coded, field)), field


@pytest.mark.parametrize("key", ["", "A", "aa", "a much longer key than any in the lists", "\U0010ffff"])
def test_an_unknown_key_has_an_empty_row(key: str) -> None:
    lists = RankedLists.from_rows(["a"], ["x"], score=[1], together=[1], alone=[1])
    assert len(lists.rank_targets(key).target) == 0


def test_lists_without_rows_are_lists() -> None:
    assert len(RankedLists.empty().rank_targets("a").target) == 0
