from itertools import combinations
from math import prod

import numpy as np
import polars as pl
import pytest

from evaluation import shuffle_baskets
from recommend import Basket
from recommend.related import chance
from recommend.related.chance import draw_shelf, expect_sets, split_sides
from recommend.related.itemsets import Shelf, fill_shelf, grow_itemsets, name_items, spell_sets
from tests.shop_baskets import pack


def test_sides_are_all_ways_to_part_some_places() -> None:
    assert [sides.tolist() for sides in split_sides(2)] == [[True, False], [False, True]]
    assert len(list(split_sides(4))) == 14


def lay_out(contents: list[str]) -> Shelf:
    return fill_shelf(pack(contents), 1)


def expect(shelf: Shelf, size: int) -> dict[str, float]:
    levels = grow_itemsets(shelf, 1, size)
    names = ("".join(items) for items in name_items(spell_sets(levels), shelf.names))
    return dict(zip(names, expect_sets(levels, draw_shelf(shelf)).tolist(), strict=True))


def join_one_by_one(shelf: Shelf, contents: list[str], part: str, rest: str) -> float:
    """Go through all baskets that could be drawn for each basket with the rest, and count those with the part too."""
    draw = draw_shelf(shelf)
    weight = dict(zip(shelf.names, draw.weight[draw.kind], strict=True))
    joined = 0.0
    for items in contents:
        if set(rest) <= set(items):
            drawn = [held for held in combinations(weight, len(items)) if set(rest) <= set(held)]
            chances = [prod(weight[item] for item in held) for held in drawn]
            joined += sum(one for one, held in zip(chances, drawn, strict=True) if set(part) <= set(held)) / sum(
                chances
            )
    return joined


FEW = ["abcd"] * 5 + ["abc"] * 3 + ["ab"] * 9 + ["aef", "ad", "be", "cf", "def", "f"] * 2


def test_of_three_items_the_likeliest_joins_the_other_two_by_chance() -> None:
    shelf = lay_out(FEW)
    joined = [join_one_by_one(shelf, FEW, part, rest) for part, rest in (("a", "bc"), ("b", "ac"), ("c", "ab"))]
    assert expect(shelf, 3)["abc"] == pytest.approx(max(joined), rel=1e-9)
    assert max(joined) == joined[0]


def test_of_four_items_one_may_join_three_or_two_may_join_two() -> None:
    contents = ["abcd"] * 10 + ["abxyvw"] * 60 + ["cdxyvw"] * 60
    shelf = lay_out(contents)
    one_joins_three, two_join_two = (join_one_by_one(shelf, contents, *sides) for sides in (("d", "abc"), ("cd", "ab")))
    assert two_join_two > one_joins_three
    assert expect(shelf, 4)["abcd"] == pytest.approx(two_join_two, rel=1e-9)


def test_where_baskets_have_room_an_item_joins_by_its_share_of_the_places_left() -> None:
    """Of 2,000 baskets of five rare items 30 hold a and b; c has a share of .01 of the places."""
    items = [f"{number:03}" for number in range(500)]
    random = np.random.default_rng(1)
    contents = [[str(item) for item in random.choice(items, 5, replace=False)] for _ in range(1860)]
    contents += [["a", "b", *some[:3]] for some in contents[:30]] + [["c", *some[:4]] for some in contents[:100]]
    contents += [["a", "b", "c", *some[:2]] for some in contents[:10]]
    shelf = lay_out(contents)
    assert expect(shelf, 3)["abc"] == pytest.approx(40 * 3 * 110 / 10_000, rel=0.03)


def test_what_is_too_large_to_be_drawn_is_taken_to_hold_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    by_chance = expect(lay_out(FEW), 3)
    monkeypatch.setattr("recommend.related.itemsets.MOST_PLACES", 6)
    monkeypatch.setattr(chance, "MOST_PLACES", 6)
    beside = expect(lay_out([*FEW, "abcdefg", "abcghijk"]), 3)
    assert beside["abc"] == pytest.approx(by_chance["abc"] + 2, rel=1e-9)
    assert beside["ghi"] == pytest.approx(1, rel=1e-9)


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = expect(lay_out(FEW), 3)
    monkeypatch.setattr(chance, "BLOCK", 7)
    assert expect(lay_out(FEW), 3) == whole


@pytest.mark.parametrize("joining", ["rarest", "commonest"])
def test_what_is_expected_is_what_shuffled_baskets_hold_in_the_mean(
    joining: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Eight items, the commonest in nine baskets of ten, over 20 shuffles: every set that 60 baskets or more hold.

    One item joins all others here; the largest of several such numbers lies above the mean.
    """
    last = 0 if joining == "rarest" else -1
    monkeypatch.setattr(chance, "split_sides", lambda size: [np.arange(size) != last % size])
    shares = np.array([0.9, 0.5, 0.3, 0.2, 0.1, 0.1, 0.1, 0.05])
    owner, item = np.nonzero(np.random.default_rng(1).random((2000, 8)) < shares)
    baskets = pl.DataFrame({"basket": owner, "item_id": item, "person_id": None}).cast(pl.String)
    told = pl.concat(_tell_shuffled(baskets, seed) for seed in range(20)).group_by("items").mean()
    often = told.filter(pl.col("baskets") >= 60)
    assert often.height > 5
    assert (often["expected"] / often["baskets"] - 1).abs().max() < 0.05


def _tell_shuffled(baskets: pl.DataFrame, seed: int) -> pl.DataFrame:
    shelf = fill_shelf(Basket.cast(shuffle_baskets(baskets, seed)), 5)
    levels, draw = grow_itemsets(shelf, 5, 4), draw_shelf(shelf)
    return pl.concat(
        pl.DataFrame(
            {
                "items": name_items(spell_sets(known), shelf.names).list.join(" "),
                "baskets": known[-1].baskets,
                "expected": expect_sets(known, draw),
            }
        )
        for known in (levels[:3], levels[:4])
    )
