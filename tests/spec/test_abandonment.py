"""Abandonment, as a product owner understands it."""

import dataframely as dy
import polars as pl

from paths import AbandonmentSettings, Journey, count_abandonment, trace_journeys
from tests.drawing import at, draw

NIGHT = at("5 00:00")


def trace(text: str, prices: pl.LazyFrame | None = None) -> dy.DataFrame[Journey]:
    return Journey.validate(trace_journeys(draw(text), AbandonmentSettings(quiet_hours=24), NIGHT, prices))


def tell_states(text: str) -> list[tuple[str, str, str]]:
    return trace(text).select("person_id", "state", "stage").rows()


def test_a_journey_that_falls_silent_is_abandoned_at_the_furthest_stage_it_reached() -> None:
    (journey,) = trace("""
        customer | time  | name              | page     | item | quantity | price
        ann      | 08:00 | view_item         | plan     | P1   |          |
        ann      | 08:01 | add_to_cart       | cart     | P1   | 2        | 59.0
        ann      | 08:02 | add_shipping_info | delivery |      |          |
        ann      | 08:03 | view_cart         | cart     |      |          |
    """).iter_rows(named=True)
    assert journey == {
        "person_id": "ann",
        "number": 1,
        "opened_at": at("08:00"),
        "channel": "web",
        "device": None,
        "last_changed_at": at("08:03"),
        "ended_at": at("2 08:03"),
        "state": "abandoned",
        "stage": "delivery",
        "items_left": 2,
        "value_left": 118.0,
        "last_page": "cart",
        "next_pages": [],
        "next_page": None,
        "recovered_at": None,
        "recovered_value": 0.0,
    }


def test_bought_on_another_channel_is_bought() -> None:
    journeys = trace("""
        customer | visitor | channel | time  | name        | item | price
        ann      | laptop  | web     | 08:00 | add_to_cart | P1   | 59.0
        ann      | phone   | app     | 20:00 | purchase    | P1   | 59.0
    """)
    assert journeys.select("state", "channel", "stage", "items_left", "value_left", "ended_at").rows() == [
        ("bought", "app", "purchase", 0, 0.0, at("20:00"))
    ]


def test_a_cart_taken_empty_ends_the_journey_and_the_next_look_opens_another() -> None:
    journeys = trace("""
        customer | time  | name             | item | quantity
        ann      | 08:00 | add_to_cart      | P1   | 2
        ann      | 08:01 | add_to_cart      | P2   |
        ann      | 08:02 | remove_from_cart | P1   | 2
        ann      | 08:03 | remove_from_cart | P2   |
        ann      | 08:04 | view_cart        |      |
        ann      | 08:05 | view_item        | P3   |
    """)
    assert journeys.select("state", "stage", "opened_at", "last_changed_at").rows() == [
        ("emptied", "cart", at("08:00"), at("08:03")),
        ("abandoned", "page", at("08:05"), at("08:05")),
    ]


def test_taking_out_more_than_is_in_leaves_no_debt() -> None:
    journeys = trace("""
        time  | name             | item | quantity | price
        08:00 | view_item        | P1   |          |
        08:01 | remove_from_cart | P1   | 5        |
        08:02 | add_to_cart      | P1   | 2        | 10.0
        08:03 | add_to_cart      | P2   | 1        | 5.0
        08:04 | remove_from_cart | P2   | 9        |
    """)
    assert journeys.select("state", "items_left", "value_left").rows() == [("abandoned", 2, 20.0)]


def test_silence_of_exactly_the_limit_goes_on_and_longer_begins_anew() -> None:
    assert tell_states("""
        customer | time             | name
        ann      | 08:00            | view_item
        ann      | 2 08:00          | add_to_cart
        bob      | 08:00            | view_item
        bob      | 2 08:00:00.00001 | add_to_cart
    """) == [("ann", "abandoned", "cart"), ("bob", "abandoned", "page"), ("bob", "abandoned", "cart")]


def test_a_journey_whose_silence_could_still_be_broken_is_open() -> None:
    journeys = trace("""
        customer | time             | name
        ann      | 4 00:00          | view_item
        bob      | 3 23:59:59.99999 | view_item
    """)
    assert journeys.select("person_id", "state", "ended_at").rows() == [
        ("ann", "open", None),
        ("bob", "abandoned", at("4 23:59:59.99999")),
    ]


def test_only_a_look_at_a_product_or_an_add_to_cart_opens_a_journey() -> None:
    assert tell_states("""
        customer | time  | name              | page
        ann      | 08:00 | page_view         | bill
        ann      | 08:01 | view_cart         | cart
        bob      | 08:00 | add_shipping_info | delivery
        cat      | 08:00 | purchase          | done
        dan      | 08:00 | view_cart         | cart
        dan      | 08:01 | add_to_cart       | cart
    """) == [("dan", "abandoned", "cart")]


def test_looking_up_a_bill_does_not_keep_a_cart_alive() -> None:
    assert tell_states("""
        customer | time    | name        | page
        ann      | 1 08:00 | add_to_cart | cart
        ann      | 2 07:00 | page_view   | bill
        ann      | 3 06:00 | purchase    | done
    """) == [("ann", "abandoned", "cart")]


def test_robots_make_no_journeys() -> None:
    assert tell_states("visitor | name | robot \n bot | view_item | user agent") == []


def test_prices_come_from_the_catalogue_where_the_log_has_none() -> None:
    prices = pl.LazyFrame({"item_id": ["P1", "P2"], "price": [59.0, 1.0]})
    drawn = """
        time  | name        | item | quantity | price
        08:00 | add_to_cart | P1   | 1        |
        08:01 | add_to_cart | P2   | 1        | 9.0
        08:01 | add_to_cart | P3   | 1        |
    """
    assert trace(drawn, prices).select("items_left", "value_left").row(0) == (3, 68.0)
    assert trace(drawn).select("items_left", "value_left").row(0) == (3, 9.0)


def test_who_left_is_followed_to_the_first_page_of_the_next_session() -> None:
    journeys = trace("""
        customer | visitor | time    | name        | page
        ann      | laptop  | 08:00   | add_to_cart | cart
        ann      | laptop  | 08:01   | page_view   | help
        ann      | phone   | 3 08:00 |  login      |
        ann      | phone   | 3 08:01 | page_view   | home
        ann      | phone   | 3 08:02 | page_view   | bill
    """)
    assert journeys.select("last_page", "next_page").row(0) == ("cart", "home")


def test_who_left_is_followed_over_the_next_five_pages_of_the_visit() -> None:
    journeys = trace("""
        time  | name        | page
        08:00 | add_to_cart | cart
        08:01 | page_view   | help
        08:02 | login       |
        08:03 | page_view   | home
        08:04 | page_view   | bill
        08:05 | page_view   | home
        08:06 | page_view   | top_up
        08:07 | page_view   | account
        09:00 | page_view   | home
    """)
    assert journeys["next_pages"].to_list() == [["help", "home", "bill", "home", "top_up"]]
    assert journeys["next_page"].to_list() == ["home"]


def tell_recoveries(text: str) -> list[tuple[object, ...]]:
    carts = trace(text).filter(state="abandoned")
    return carts.select("person_id", "value_left", "recovered_at", "recovered_value").rows()


def test_an_abandoned_cart_is_recovered_when_one_of_its_items_is_bought_later_on_any_channel() -> None:
    assert tell_recoveries("""
        customer | channel | time    | name        | item | price
        ann      | wap     | 1 08:00 | add_to_cart | P1   | 59.0
        ann      | wap     | 1 08:01 | add_to_cart | P2   | 10.0
        ann      | app     | 3 08:00 | purchase    | P9   | 5.0
        ann      | app     | 4 08:00 | purchase    | P1   | 59.0
        bob      | wap     | 1 08:00 | add_to_cart | P1   | 59.0
        bob      | wap     | 3 08:00 | purchase    | P2   | 10.0
    """) == [("ann", 69.0, at("4 08:00"), 59.0), ("bob", 59.0, None, 0.0)]


def test_a_purchase_that_names_no_item_bought_what_its_own_cart_held() -> None:
    assert tell_recoveries("""
        customer | time    | name        | item | price
        ann      | 1 08:00 | add_to_cart | P1   | 59.0
        ann      | 3 08:00 | add_to_cart | P1   | 59.0
        ann      | 3 08:05 | purchase    |      |
        bob      | 1 08:00 | add_to_cart | P1   | 59.0
        bob      | 3 08:00 | add_to_cart | P2   | 10.0
        bob      | 3 08:05 | purchase    |      |
    """) == [("ann", 59.0, at("3 08:05"), 59.0), ("bob", 59.0, None, 0.0)]


def test_where_nobody_names_the_items_any_purchase_recovers_the_cart() -> None:
    assert tell_recoveries("""
        customer | time    | name           | page | item | price
        ann      | 1 08:00 | add_to_cart    |      |      | 59.0
        ann      | 3 08:00 | purchase       |      |      |
        bob      | 1 08:00 | view_item      | plan |      |
        bob      | 1 08:01 | begin_checkout | pay  |      |
        bob      | 3 08:00 | purchase       |      | P1   |
        cat      | 1 08:00 | add_to_cart    |      | P1   | 59.0
        cat      | 3 08:00 | purchase       |      |      |
    """) == [
        ("ann", 59.0, at("3 08:00"), 59.0),
        ("bob", 0.0, at("3 08:00"), 0.0),
        ("cat", 59.0, at("3 08:00"), 59.0),
    ]


def test_a_cart_is_recovered_up_to_the_last_moment_of_the_days_set_and_not_after() -> None:
    drawn = draw("""
        customer | time             | name        | item
        ann      | 1 08:00          | add_to_cart | P1
        ann      | 3 08:00          | purchase    | P1
        bob      | 1 08:00          | add_to_cart | P1
        bob      | 3 08:00:00.00001 | purchase    | P1
    """)
    journeys = trace_journeys(drawn, AbandonmentSettings(quiet_hours=24, recover_days=2), NIGHT)
    assert journeys["recovered_at"].to_list() == [at("3 08:00"), None]


def test_a_look_without_a_cart_leaves_nothing_to_recover() -> None:
    assert tell_recoveries("""
        time    | name      | item
        1 08:00 | view_item | P1
        3 08:00 | purchase  | P1
    """) == [("v", 0.0, None, 0.0)]


def test_the_report_puts_the_stage_with_the_greatest_value_left_first() -> None:
    journeys = trace("""
        customer | channel | time  | name              | page     | item | price
        ann      | wap     | 08:00 | add_to_cart       | cart     | P1   | 59.0
        ann      | wap     | 08:01 | add_shipping_info | delivery |      |
        bob      | wap     | 08:00 | add_to_cart       | cart     | P1   | 59.0
        bob      | wap     | 08:01 | add_shipping_info | delivery |      |
        bob      | wap     | 08:02 | page_view         | help     |      |
        cat      | wap     | 08:00 | add_to_cart       | cart     | P2   | 99.0
        dan      | wap     | 08:00 | add_to_cart       | cart     | P2   | 99.0
        dan      | wap     | 08:09 | purchase          | done     | P2   | 99.0
        eve      | web     | 08:00 | view_item         | plan     | P1   |
    """)
    columns = ["stage", "channel", "reached", "gave_up", "share", "open", "value_left", "last_page"]
    report = count_abandonment(journeys).select(columns)
    assert report.rows()[:4] == [
        ("delivery", "wap", 3, 2, 2 / 3, 0, 118.0, "delivery"),
        ("cart", "wap", 4, 1, 0.25, 0, 99.0, "cart"),
        ("page", "wap", 4, 0, 0.0, 0, 0.0, None),
        ("page", "web", 1, 1, 1.0, 0, 0.0, "plan"),
    ]
    assert report.filter(stage="purchase", channel="wap").row(0) == ("purchase", "wap", 1, 0, 0.0, 0, 0.0, None)
    assert report.height == 10
