import polars as pl
import pytest

from recommend import Basket
from recommend.related.chance import expect_sets, split_sides
from recommend.related.itemsets import fill_shelf, grow_itemsets, name_items, spell_sets


def test_sides_are_all_ways_to_part_some_places() -> None:
    assert [sides.tolist() for sides in split_sides(2)] == [[True, False], [False, True]]
    assert len(list(split_sides(4))) == 14


def expect(contents: list[str], size: int) -> dict[str, float]:
    rows = [(f"{number:03}", item) for number, items in enumerate(contents) for item in items]
    shelf = fill_shelf(Basket.validate(pl.DataFrame(rows, schema=["basket", "item_id"], orient="row")), 1)
    levels = grow_itemsets(shelf, 1, size)
    names = ("".join(items) for items in name_items(spell_sets(levels), shelf.names))
    return dict(zip(names, expect_sets(levels, shelf.sizes).tolist(), strict=True))


def test_of_three_items_the_likeliest_joins_the_other_two_by_chance() -> None:
    # 10 items in 4 baskets. a b: 3 baskets with 2 + 1 + 0 places; c is in 2 of all. The other splits give less:
    # a c: 2 baskets with 2 + 1 places, b is in 3: 3 · 3 / 10.
    assert expect(["abcd", "abc", "ab", "d"], 3)["abc"] == pytest.approx(3 * 3 / 10)


def test_of_four_items_one_may_join_three_or_two_may_join_two() -> None:
    contents = ["abcd"] * 25 + ["abxy"] * 25 + ["cdxy"] * 25 + ["xyvw"] * 25
    one_joins_three = 50 * (25 * 1) / (100 * 4)
    two_join_two = 50 * (50 * 2 * 1) / (100 * 4 * 3)
    assert expect(contents, 4)["abcd"] == pytest.approx(max(one_joins_three, two_join_two))
    assert two_join_two > one_joins_three
