"""捆绑促销规划: which bundles to offer together, and the test that would prove each."""

import pytest

from recommend import BundlePlan, BundlePlanSettings, OfferSettings, plan_bundles, price_offers
from tests.shop_baskets import buy, candidates, catalogue

PRICES = """
    item   | price | margin
    -------+-------+-------
    phone  | 100   | 85
    case   | 20    | 18
    film   | 10    | 9.5
    insure | 30    | 28
"""
ORDERS = """
    often | items
    ------+------------------
    15    | phone case
    20    | phone insure
    14    | phone
    10    | case film
    40    | case
"""


def plan(*sets: str, orders: str = ORDERS, shelves: str = PRICES) -> list[dict]:
    offers = price_offers(candidates(*sets), buy(orders), catalogue(shelves), OfferSettings())
    return BundlePlan.validate(plan_bundles(offers, BundlePlanSettings())).rows(named=True)


def named(rows: list[dict]) -> list[str]:
    return [" ".join(row["items"]) for row in rows]


def test_no_item_stands_in_two_bundles_of_a_plan_and_the_best_set_is_chosen() -> None:
    assert named(plan("phone insure")) == ["insure phone"]
    assert named(plan("phone case")) == ["case phone"]
    both = plan("phone insure", "phone case")
    assert named(both) == ["case phone"]
    assert both[0]["gain_low"] > plan("phone insure")[0]["gain_low"]


def test_two_small_bundles_beat_one_large_one_that_stands_in_their_way() -> None:
    alone = {pair: plan(pair)[0]["gain_low"] for pair in ("phone insure", "phone case", "case film")}
    assert max(alone, key=lambda pair: alone[pair]) == "phone case"
    assert set(named(plan(*alone))) == {"insure phone", "case film"}


def test_what_gains_nothing_is_not_planned() -> None:
    """A case that earns 4 of its 20 does not pay for a discount on the phone as well."""
    assert plan("phone case", shelves=PRICES.replace("| 18", "| 4").replace("| 85", "| 40")) == []


def test_a_plan_says_how_many_people_would_prove_it() -> None:
    (row,) = plan("phone insure")
    share = row["people_all"] / row["people"]
    assert row["conversion"] > row["break_even"] > share
    assert row["trial_people"] % 2 == 0
    assert row["trial_share"] == row["trial_people"] / row["people"]


def test_a_bundle_of_three_is_weighed_against_the_pairs_in_it() -> None:
    orders = "often | items\n 30 | phone case insure\n 30 | phone case\n 30 | phone insure\n 30 | phone\n"
    three = plan("case insure phone", orders=orders)
    pairs = plan("phone insure", "phone case", orders=orders)
    (best,) = plan("case insure phone", "phone insure", "phone case", orders=orders)
    assert best["gain_low"] == max(row["gain_low"] for row in three + pairs)


def test_nothing_to_offer_is_an_empty_plan() -> None:
    assert plan() == []


def test_wrong_settings_are_refused_with_all_their_faults() -> None:
    with pytest.raises(ValueError, match=r"`error` is 0: .*`power` is 1: "):
        BundlePlanSettings(error=0, power=1)
