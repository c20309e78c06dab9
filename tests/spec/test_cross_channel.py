"""What goes with what from one channel to another."""

from datetime import timedelta

import polars as pl
import pytest

from recommend import (
    BasketSettings,
    Crossing,
    RelationSettings,
    count_crossings,
    list_bought_after_viewing,
    list_purchases,
    list_views_of_people,
)
from tests.drawing import DAY_ONE, draw, make_events
from tests.shop_orders import order

NOW = DAY_ONE + timedelta(days=10)
LEAST = RelationSettings(min_together=1)


def tell(crossings: pl.DataFrame) -> list[tuple[object, ...]]:
    return (
        Crossing.validate(crossings).select("channel_a", "item_a", "channel_b", "item_b", "baskets", "baskets_a").rows()
    )


def test_what_is_looked_at_on_wap_is_bought_in_the_app_be_it_the_same_product() -> None:
    looks = draw("""
        visitor | time    | item  | name      | channel
        ann     | 1 08:00 | phone | view_item | wap
        bob     | 1 08:00 | phone | view_item | wap
    """)
    orders = order("""
        person | time    | order | item  | channel
        ann    | 2 08:00 | o1    | phone | app
        ann    | 2 08:00 | o1    | case  | app
        bob    | 2 08:00 | o2    | case  | web
    """)
    sightings = list_bought_after_viewing(looks, orders, BasketSettings(), 168)
    assert tell(count_crossings({"look": sightings}, LEAST, NOW)) == [
        ("wap", "phone", "app", "case", 1, 2),
        ("wap", "phone", "app", "phone", 1, 2),
        ("wap", "phone", "web", "case", 1, 2),
    ]


def test_sessions_of_one_person_within_a_period_are_one_basket() -> None:
    looks = draw("""
        visitor | person | time    | item | name      | channel
        a1      | ann    | 1 08:00 | plan | view_item | web
        a2      | ann    | 1 12:00 | pack | view_item | app
        a2      | ann    | 2 12:00 | tv   | view_item | app
    """)
    told = tell(count_crossings({"viewed": list_views_of_people(looks, BasketSettings())}, LEAST, NOW))
    assert told == [("app", "pack", "web", "plan", 1, 1), ("web", "plan", "app", "pack", 1, 1)]


def test_purchases_of_one_person_within_a_period_are_one_basket_whatever_the_setting() -> None:
    orders = order("""
        person | time    | order | item | channel
        ann    | 1 08:00 | o1    | plan | web
        ann    | 1 09:00 | o2    | pack | web
        ann    | 1 10:00 | o3    | tv   | app
    """)
    bought = list_purchases(orders, BasketSettings().by_period())
    assert len(tell(count_crossings({"bought": bought}, LEAST, NOW))) == 6


def test_people_who_use_both_channels_do_not_tie_products_together() -> None:
    """Half of the people use both channels, and choose there without regard: by ratio nothing stands out."""
    events = make_events(
        {
            "visitor_id": f"{person}{channel}",
            "person_id": f"p{person}",
            "channel": channel,
            "item_id": f"i{(person // (1 if channel == 'web' else 5)) % 5}",
            "name": "view_item",
        }
        for person in range(250)
        for channel in (("web", "app") if person % 2 else ("web",))
    )
    crossings = count_crossings({"viewed": list_views_of_people(events, BasketSettings())}, LEAST, NOW)
    assert crossings["ratio"].to_list() == pytest.approx([1.0] * crossings.height, rel=0.2)
    assert crossings["q_value"].min() > 0.05


def test_no_sightings_give_no_crossings() -> None:
    assert (
        tell(count_crossings({"viewed": list_views_of_people(draw("visitor\nann"), BasketSettings())}, LEAST, NOW))
        == []
    )
