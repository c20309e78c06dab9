"""方案预演: what a plan would have met in later orders."""

from recommend import (
    BundlePlan,
    BundlePlanSettings,
    OfferSettings,
    Rehearsal,
    plan_bundles,
    price_offers,
    rehearse_plan,
)
from tests.shop_baskets import buy, candidates, catalogue, give_away

PRICES = catalogue("""
    item  | price | margin
    ------+-------+-------
    phone | 100   | 40
    case  | 20    | 18
""")
PAST = buy("often | items\n 20 | phone case\n 20 | phone")


def rehearse(later: str, free_cases: int = 0) -> dict:
    """Plan phone and case, 5 % off, which is 6; a person who adds the case earns 18 more, 12 with the discount."""
    offers = price_offers(candidates("phone case"), PAST, PRICES, OfferSettings())
    plan = plan_bundles(offers, BundlePlanSettings())
    orders = give_away(buy("often | items\n" + later), "case", to=free_cases)
    (row,) = Rehearsal.validate(rehearse_plan(plan, orders, PRICES)).rows(named=True)
    assert row["discount"] == 0.05
    return row


def test_the_cost_is_known_and_so_is_how_many_would_have_to_come() -> None:
    row = rehearse("8 | phone case\n 12 | phone")
    assert (row["people"], row["people_all"], row["given_away"]) == (20, 8, 48)
    assert row["takers_needed"] == 4
    assert (8 + 4) * (58 - 6) + 8 * 40 == 8 * 58 + 12 * 40


def test_who_was_given_the_case_later_did_not_buy_it() -> None:
    row = rehearse("8 | phone case\n 12 | phone", free_cases=5)
    assert (row["people"], row["people_all"], row["given_away"]) == (20, 3, 18)


def test_a_share_below_the_planned_bound_is_said() -> None:
    assert rehearse("8 | phone case\n 12 | phone")["held"]
    assert not rehearse("1 | phone case\n 19 | phone")["held"]


def test_where_too_few_are_left_all_are_not_enough() -> None:
    assert rehearse("18 | phone case\n 2 | phone")["takers_needed"] is None


def test_orders_without_the_items_say_nothing() -> None:
    row = rehearse("3 | film")
    assert (row["people"], row["share_seen"], row["held"], row["given_away"]) == (0, None, None, 0)


def test_an_empty_plan_is_an_empty_rehearsal() -> None:
    assert rehearse_plan(BundlePlan.create_empty(), PAST, PRICES).is_empty()
