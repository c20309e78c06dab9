"""捆绑报价: what a bundle earns at a price, and who would have bought it anyway."""

import polars as pl
import pytest

from recommend import (
    BasketSettings,
    EvidenceSettings,
    Offer,
    OfferSettings,
    PairSettings,
    PriceError,
    choose_discounts,
    count_pairs,
    price_offers,
    take_purchases,
)
from tests.shop_baskets import buy, candidates, catalogue, give_away

PRICES = """
    item  | price | margin
    ------+-------+-------
    phone | 100   | 40
    case  | 20    | 18
    film  | 10    | 6
"""
ORDERS = """
    often | items
    ------+-----------
    20    | phone case
    20    | phone
    7     | film
"""


def price(*discounts: float, orders: str = ORDERS, shelves: str = PRICES, **options: float) -> list[dict]:
    settings = OfferSettings(discounts=discounts, **options)  # type: ignore[arg-type]
    offers = price_offers(candidates("phone case"), buy(orders), catalogue(shelves), settings)
    return Offer.validate(offers).rows(named=True)


def test_the_price_the_margin_and_what_is_given_away() -> None:
    """5 % off 120 is 6: the twenty who buy both anyway get it for nothing."""
    (offer,) = price(0.05)
    assert (offer["price_full"], offer["price"], offer["margin"]) == (120, 114, 58 - 6)
    assert (offer["people"], offer["people_all"], offer["given_away"]) == (40, 20, 120)


def test_break_even_is_where_the_new_buyers_pay_for_the_discount() -> None:
    """A person who adds the case earns us 18 more, 12 of it with the discount: 20 buyers must become 30."""
    (offer,) = price(0.05)
    assert offer["extra_margin"] == 18
    assert offer["break_even"] == pytest.approx(30 / 40)
    assert 30 * (58 - 6) + 10 * 40 == 20 * 58 + 20 * 40


def test_no_share_breaks_even_where_the_discount_eats_what_the_bundle_adds() -> None:
    (none,) = price(0.15)
    assert none["break_even"] is None
    (more_than_all,) = price(0.1)
    assert more_than_all["break_even"] is None
    assert none["gain_low"] < more_than_all["gain_low"] < 0


def test_a_third_of_the_added_price_off_brings_the_takers_that_the_elasticity_says() -> None:
    (offer,) = price(0.05, elasticity=2)
    assert offer["conversion"] == pytest.approx(0.5 / 0.7**2 if 0.7**2 > 0.5 else 1)
    assert offer["conversion_low"] == pytest.approx(offer["share_low"] / 0.7**2)


def test_the_lower_bound_is_that_of_a_beta_posterior() -> None:
    """With a prior of 1 and 1, 1 buyer of 1 gives Beta(2, 1): its 5 % quantile is √0.05."""
    few = "often | items\n 1 | phone case"
    (offer,) = price(0, orders=few, prior_taken=1, prior_left=1, min_people=1)
    assert offer["share_low"] == pytest.approx(0.05**0.5)


def test_without_an_answer_to_the_price_the_best_discount_is_none() -> None:
    priced = price_offers(candidates("phone case"), buy(ORDERS), catalogue(PRICES), OfferSettings(elasticity=0))
    (best,) = choose_discounts(priced).rows(named=True)
    assert (best["discount"], best["gain_low"]) == (0, 0)


def test_the_best_discount_is_the_one_that_gains_most_at_the_lower_bound() -> None:
    priced = price_offers(candidates("phone case"), buy(ORDERS), catalogue(PRICES), OfferSettings())
    gains = dict(priced.select("discount", "gain_low").rows())
    (best,) = choose_discounts(priced).rows(named=True)
    assert best["discount"] == 0.05
    assert gains[0.05] == max(gains.values()) > gains[0.0] == 0 > gains[0.1]


def test_a_bundle_that_all_buy_anyway_gains_nothing_by_any_discount() -> None:
    all_both = "often | items\n 30 | phone case"
    assert [offer["gain_low"] < 0 for offer in price(0, 0.05, 0.1, orders=all_both)] == [False, True, True]


def test_buying_the_parts_in_two_orders_is_buying_all() -> None:
    twice = buy(ORDERS).with_columns(order_id=pl.concat_str("order_id", "item_id"))
    settings = OfferSettings()
    sets = candidates("phone case")
    assert price_offers(sets, twice, catalogue(PRICES), settings).equals(
        price_offers(sets, buy(ORDERS), catalogue(PRICES), settings)
    )


def test_buying_a_part_twice_is_buying_it_once() -> None:
    again = pl.concat([buy(ORDERS), buy(ORDERS).with_columns(order_id=pl.lit("later"))])
    settings, sets = OfferSettings(), candidates("phone case")
    assert price_offers(sets, again, catalogue(PRICES), settings).equals(
        price_offers(sets, buy(ORDERS), catalogue(PRICES), settings)
    )


def test_who_was_given_the_case_did_not_buy_it() -> None:
    """Of the twenty who went home with phone and case eight had the case for nothing: they bought the phone alone."""
    orders = give_away(buy(ORDERS), "case", to=8)
    (offer,) = price_offers(candidates("phone case"), orders, catalogue(PRICES), OfferSettings(discounts=(0.05,))).rows(
        named=True
    )
    assert (offer["people"], offer["people_all"], offer["given_away"]) == (40, 12, 72)


def test_an_offer_counts_as_bought_what_its_evidence_counts() -> None:
    orders = give_away(buy(ORDERS), "case", to=8)
    bought = take_purchases(orders, BasketSettings(), EvidenceSettings()).baskets
    (pair,) = count_pairs(bought, PairSettings()).rows(named=True)
    (offer,) = price_offers(candidates("phone case"), orders, catalogue(PRICES), OfferSettings(discounts=(0,))).rows(
        named=True
    )
    assert offer["people_all"] == pair["baskets"] == 12


def test_three_items_weigh_what_people_bought_of_them() -> None:
    orders = buy("often | items\n 12 | phone case film\n 6 | phone film\n 2 | case\n 9 | toy")
    (offer,) = price_offers(
        candidates("phone case film"), orders, catalogue(PRICES), OfferSettings(discounts=(0.1,))
    ).rows(named=True)
    assert (offer["people"], offer["people_all"], offer["price"]) == (20, 12, 117)
    assert offer["extra_margin"] == 64 - (6 * 46 + 2 * 18) / 8


def test_a_handful_of_buyers_gets_no_price_of_its_own() -> None:
    assert price(0.1, orders=ORDERS.replace("20    | phone case", "9     | phone case")) == []


def test_a_candidate_that_something_stands_against_gets_no_price() -> None:
    barred = candidates("phone case").with_columns(barred=pl.lit("substitutes"))
    assert price_offers(barred, buy(ORDERS), catalogue("item | price"), OfferSettings()).is_empty()


def test_items_without_usable_prices_are_refused_all_at_once() -> None:
    wrong = """
        item  | price | margin
        ------+-------+-------
        phone | -100  | -200
        case  | 20    |
        film  |       | 3
        plan  | 10    | 11
    """
    sets = candidates("phone case", "film plan", "case pack")
    with pytest.raises(PriceError) as refused:
        price_offers(sets, buy(ORDERS), catalogue(wrong), OfferSettings())
    for fault in (
        "pack: no row in the catalogue: add",
        "film: no price: fill in `price`",
        "case: no margin: fill in `margin`",
        "phone: a price that is no number above 0: give",
        "plan: a margin above the price: give",
    ):
        assert fault in str(refused.value)


def test_what_is_sold_at_a_loss_can_be_priced() -> None:
    """A subsidised handset and its case: the plan is to leave them out, and has to know what they would earn."""
    (offer,) = price(0.05, shelves=PRICES.replace("| 40", "| -30"))
    assert offer["margin"] == pytest.approx(-18)
    assert offer["extra_margin"] == 18


def test_wrong_settings_are_refused_with_all_their_faults() -> None:
    with pytest.raises(
        ValueError, match=r"discounts.*-0.1, 1.*give shares.*elasticity.*prior_taken.*prior_left.*doubt.*min_people"
    ):
        OfferSettings((-0.1, 0.1, 1), elasticity=-1, prior_taken=0, prior_left=0, doubt=1, min_people=0)
    with pytest.raises(ValueError, match="holds nothing"):
        OfferSettings(())
    with pytest.raises(ValueError, match="holds one twice"):
        OfferSettings((0.1, 0.1))
