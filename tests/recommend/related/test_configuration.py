import numpy as np
import polars as pl
import pytest

from evaluation import shuffle_baskets
from recommend.related.configuration import LEAST, deal_items


def test_what_is_expected_is_what_shuffled_baskets_hold_in_the_mean() -> None:
    """By how common both items are, over 40 shuffles of a shop whose largest baskets hold half of all it sells."""
    chance = np.random.default_rng(1)
    fame = 1 / np.arange(1, 61)
    sizes = np.minimum(chance.geometric(0.2, size=800), 30)
    drawn = [chance.choice(60, size=size, replace=False, p=fame / fame.sum()) for size in sizes]
    rows = [(f"{basket:03}", f"{item:02}") for basket, items in enumerate(drawn) for item in items]
    baskets = pl.DataFrame(rows, schema=["basket", "item_id"], orient="row")
    of_item = np.bincount([int(item) for _, item in rows], minlength=60)
    met = np.mean([_count_meetings(shuffle_baskets(baskets, seed)) for seed in range(40)], axis=0)
    first, second = np.triu_indices(60, 1)
    expected = deal_items(of_item, sizes).expect(of_item[first], of_item[second])
    for common in (first < 5) & (second < 5), (first < 5) & (second >= 30), (first >= 30) & (second >= 30):
        assert expected[common].sum() == pytest.approx(met[first, second][common].sum(), rel=0.04)


def _count_meetings(baskets: pl.DataFrame) -> np.ndarray:
    table = np.zeros((800, 60), np.int64)
    table[baskets["basket"].cast(pl.Int64).to_numpy(), baskets["item_id"].cast(pl.Int64).to_numpy()] = 1
    return table.T @ table


def test_where_baskets_have_room_chance_is_the_product_of_both_shares_of_all_places() -> None:
    """Two items of 30 and 20 baskets, among 1,000 baskets of two and of four from 600 items."""
    sizes = np.array([2, 4] * 500)
    of_item = np.array([30, 20, *[5] * 590])
    assert of_item.sum() == sizes.sum()
    simple = 30 * 20 * (500 * 2 * 1 + 500 * 4 * 3) / sizes.sum() ** 2
    assert deal_items(of_item, sizes).expect(np.array([30]), np.array([20]))[0] == pytest.approx(simple, rel=0.03)


def test_rare_items_meet_in_large_baskets_which_common_ones_cannot_fill_twice() -> None:
    """Ten items in nearly all of the large baskets leave the rest of their places to rare items."""
    sizes = np.array([20] * 50 + [2] * 950)
    of_item = np.array([140] * 10 + [5] * 300)
    assert of_item.sum() == sizes.sum()
    simple = 5 * 5 * (sizes * (sizes - 1)).sum() / sizes.sum() ** 2
    assert deal_items(of_item, sizes).expect(np.array([5]), np.array([5]))[0] > 1.2 * simple


def test_an_item_in_every_basket_meets_all_others_wherever_they_are() -> None:
    dealt = deal_items(np.array([40, 10, 10, 10, 10]), np.full(40, 2))
    assert dealt.expect(np.array([40]), np.array([10]))[0] == pytest.approx(10, rel=0.02)


def test_no_baskets_give_no_chance() -> None:
    none = np.empty(0, np.int64)
    assert deal_items(none, none).expect(none, none).tolist() == []
    assert deal_items(np.array([1, 1]), np.array([1, 1])).expect(np.array([1]), np.array([1])).tolist() == [LEAST]
