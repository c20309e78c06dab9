import pytest

from serving import RankedLists, rank_from_items

TIES = {
    ("plan", "pack"): 2.0,
    ("plan", "case"): 2.0,
    ("plan", "sim"): 0.5,
    ("phone", "sim"): 3.0,
    ("phone", "pack"): -1.5,
}
LISTS = RankedLists.from_rows(
    [item for item, _ in TIES],
    [other for _, other in TIES],
    score=list(TIES.values()),
    together=[4, 3, 2, 5, 1],
    alone=[9, 9, 9, 8, 8],
)


def told(items: list[str], weights: list[float], most: int = 9) -> list[tuple[str, float]]:
    pool = rank_from_items(LISTS, items, weights, most=most)
    return [(str(LISTS.targets[code]), float(score)) for code, score in zip(pool.target, pool.score, strict=True)]


def test_scores_add_up_and_what_is_spoken_against_drops_out() -> None:
    assert told(["plan", "phone"], [1.0, 2.0]) == [("sim", 6.5), ("case", 2.0)]


def test_equals_stand_in_the_order_of_their_names_and_the_first_of_them_stays() -> None:
    assert told(["plan"], [1.0]) == [("case", 2.0), ("pack", 2.0), ("sim", 0.5)]
    assert told(["plan"], [1.0], most=1) == [("case", 2.0)]


def test_own_items_are_not_proposed() -> None:
    assert told(["plan", "case", "sim"], [1.0, 1.0, 1.0]) == [("pack", 2.0)]


@pytest.mark.parametrize(("phone", "owed_to"), [(1.0, 1), (0.1, 0)])
def test_it_tells_which_item_a_proposal_is_owed_to(phone: float, owed_to: int) -> None:
    pool = rank_from_items(LISTS, ["plan", "phone"], [1.0, phone], most=9)
    assert pool.strongest[[str(LISTS.targets[code]) for code in pool.target].index("sim")] == owed_to


def test_it_tells_how_many_people_stand_behind_a_proposal() -> None:
    pool = rank_from_items(LISTS, ["plan", "phone"], [1.0, 1.0], most=1)
    assert pool.together.tolist() == [7]
