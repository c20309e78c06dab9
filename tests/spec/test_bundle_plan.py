"""捆绑促销规划: which bundles to offer together, and the test that would prove each."""

import pytest

from recommend import BundlePlan, BundlePlanSettings, OfferSettings, find_flaws, plan_bundles, price_offers
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


def plan(*sets: str, orders: str = ORDERS, shelves: str = PRICES, least_gain: float = 0.01) -> list[dict]:
    offers = price_offers(candidates(*sets), buy(orders), catalogue(shelves), OfferSettings())
    return BundlePlan.validate(plan_bundles(offers, BundlePlanSettings(least_gain))).rows(named=True)


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


def test_where_no_discount_pays_the_items_are_to_stand_side_by_side() -> None:
    """A case that earns 4 of its 20 does not pay for a discount on the phone as well; each taker more earns it."""
    (row,) = plan("phone case", shelves=PRICES.replace("| 18", "| 4").replace("| 85", "| 40"))
    assert (row["advice"], row["discount"], row["gain_low"]) == ("side by side", 0, 0)
    assert row["elasticity_needed"] > OfferSettings().elasticity
    assert row["break_even"] == row["conversion"] == row["people_all"] / row["people"]
    assert row["rise_gain"] == pytest.approx(0.1 * row["people"] * row["share_low"] * row["extra_margin"])
    assert row["trial_people"] > 2


def test_a_bundle_whose_second_item_is_sold_at_a_loss_is_not_planned() -> None:
    assert (
        plan(
            "phone case", orders="often | items\n 20 | phone case\n 20 | phone", shelves=PRICES.replace("| 18", "| -1")
        )
        == []
    )


def test_a_bundle_that_all_buy_anyway_is_not_planned() -> None:
    assert plan("phone case", orders="often | items\n 30 | phone case") == []


def test_a_discount_must_gain_more_than_anybody_could_see() -> None:
    """The insurance earns just enough for a small discount to gain something: no usual test would show it."""
    thin = PRICES.replace("| 28", "| 18").replace("| 85", "| 60")
    (row,) = plan("phone insure", shelves=thin)
    assert row["elasticity_needed"] < OfferSettings().elasticity
    assert (row["advice"], row["discount"]) == ("side by side", 0)
    (gains,) = plan("phone insure", shelves=thin, least_gain=0)
    assert gains["advice"] == "discount"
    assert 0 < gains["gain_low"] < 0.01 * gains["margin_low"]


def test_what_stands_side_by_side_shares_no_item_with_what_is_discounted() -> None:
    dear = PRICES.replace("| 9.5", "| 2")
    rows = plan("phone case", "case film", "film insure", orders=ORDERS + "    12 | film insure\n", shelves=dear)
    assert [(" ".join(row["items"]), row["advice"]) for row in rows] == [
        ("case phone", "discount"),
        ("film insure", "side by side"),
    ]


def test_without_the_full_price_on_the_grid_nothing_is_to_stand_side_by_side() -> None:
    shelves = PRICES.replace("| 18", "| 4").replace("| 85", "| 40")
    offers = price_offers(candidates("phone case"), buy(ORDERS), catalogue(shelves), OfferSettings(discounts=(0.05,)))
    assert plan_bundles(offers, BundlePlanSettings()).is_empty()


def find_flaw(shelves: str, *discounts: float, orders: str = ORDERS, **settings: float) -> str | None:
    """Tell why phone and case would not be planned, were they the only candidate."""
    offers = price_offers(candidates("phone case"), buy(orders), catalogue(shelves), OfferSettings(discounts=discounts))
    (row,) = find_flaws(offers, BundlePlanSettings(**settings)).rows(named=True)
    return row["flaw"]


THIN = PRICES.replace("| 18", "| 4").replace("| 85", "| 40")
"""A case that does not pay for a discount on the phone as well."""


def test_what_would_be_planned_has_no_flaw() -> None:
    assert find_flaw(PRICES, 0, 0.05) is None
    assert find_flaw(THIN, 0, 0.05) is None


def test_without_the_full_price_on_the_grid_it_is_that_no_discount_pays() -> None:
    assert find_flaw(THIN, 0.05, 0.1) == "no discount pays"


def test_a_bundle_that_is_sold_at_a_loss_is_not_planned_though_each_taker_more_costs_less() -> None:
    """The handset costs us 30 and the case brings back 18: who comes for the two costs us 12."""
    subsidised, orders = PRICES.replace("| 85", "| -30"), "often | items\n 20 | phone case\n 20 | phone"
    assert plan("phone case", orders=orders, shelves=subsidised) == []
    assert find_flaw(subsidised, 0, 0.05, orders=orders) == "sold at a loss"


def test_no_discount_is_planned_that_makes_a_bundle_a_loss_either() -> None:
    """The handset costs us 0.10 more than the case brings in; 1 % off wins more takers, each of them at a loss."""
    subsidised, orders = PRICES.replace("| 85", "| -18.1"), "often | items\n 20 | phone case\n 20 | phone"
    assert plan("phone case", orders=orders, shelves=subsidised) == []


def test_a_bundle_whose_best_discount_is_more_than_it_earns_is_sold_at_a_loss() -> None:
    assert find_flaw(THIN, 0.4, 0.5) == "sold at a loss"
    assert find_flaw(THIN, 0, 0.4) is None


@pytest.mark.parametrize("margin", ["0", "0.00001"])
def test_where_neither_item_earns_a_hundredth_it_is_that_nothing_more_is_earned(margin: str) -> None:
    assert (
        find_flaw(PRICES.replace("| 18", f"| {margin}").replace("| 85", f"| {margin}"), 0, 0.05) == "earns nothing more"
    )


def test_where_a_test_would_need_more_people_than_there_are_it_is_that() -> None:
    dear = THIN.replace("100 ", "100000000").replace("20 ", "20000000").replace("| 4", "| 4000000")
    assert find_flaw(dear, 0, rise=1e-5) == "no test shows it"


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
    with pytest.raises(ValueError, match=r"`least_gain` is -1: .*`error` is 0: .*`power` is 1: .*`rise` is 0: "):
        BundlePlanSettings(least_gain=-1, error=0, power=1, rise=0)
